"""What is wrong with a configuration: every problem at once, each with its fix.

The table `PROBLEMS` is the complete list of codes. Codes are stable; messages may be improved.
"""

import difflib
import reprlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as _field
from typing import Final


class _Short(reprlib.Repr):
    """Shows any value on one line, whatever it is."""

    def repr(self, x: object) -> str:
        shown = super().repr(x)
        return shown if shown.isprintable() else ascii(" ".join(shown.split()))[1:-1]

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002
        return repr(x) if x.bit_length() < 256 else f"<a number of {x.bit_length()} bits>"


_SHORT: Final = _Short()
_SHORT.maxstring = _SHORT.maxother = 120
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = 6

PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    # Origins: the setting as a whole.
    "origins-unset": (
        "origins is {value}: nothing says who may use this API from another origin.",
        'Write the front end\'s origin, say origins=["https://app.example.com"]; '
        'origins="*" for every origin, or origins=[] for nobody until a scope says otherwise.',
    ),
    "origins-type": (
        "origins {value} is neither text, nor a list of origins, nor a function.",
        'Write a list of origins such as ["https://app.example.com"].',
    ),
    "origins-star-not-alone": (
        "origins {value} has '*' beside others: '*' already is every origin.",
        "Write origins=\"*\" alone, or leave '*' out of the list.",
    ),
    "origins-star-with-credentials": (
        "origins '*' and credentials=True: any site could read your users' data.",
        "List the origins, or leave credentials off.",
    ),
    "origins-callable-signature": (
        "origins holds {value}, which can be called neither as f(origin) nor as "
        "f(origin, request).",
        "Give it one parameter, the origin as text, or two: the origin and Flask's request.",
    ),
    "origins-callable-async": (
        "origins holds {value}, an async function or a generator: its answer would be an "
        "object that is always true.",
        "Write a plain function; the answer is needed before the response starts.",
    ),
    "origins-callable-class": (
        "origins holds the class {value}: calling it makes an object, which is no answer.",
        "Write an object of it that has an `allows` method, or a function.",
    ),
    "origins-regex": (
        "origins holds {value}: of a compiled pattern only `fullmatch` can be asked; `match` and "
        "`search` let 'https://example.com.evil.example' through.",
        "Write re.compile(...).fullmatch, or better a pattern such as 'https://*.example.com'.",
    ),
    # Origins: each one.
    "origin-type": (
        "origin {value} is not text.",
        "Write an origin as text, such as 'https://app.example.com'.",
    ),
    "origin-empty": (
        "origin {value} is empty: an unset variable, perhaps.",
        "Write an origin such as 'https://app.example.com', or leave the entry out.",
    ),
    "origin-scheme-missing": (
        "origin {value} is not what browsers send: an origin begins with its scheme.",
        "Write {suggestion}.",
    ),
    "origin-regex": (
        "origin {value} looks like a regular expression, which is not read as one.",
        "Write {suggestion}.",
    ),
    "origin-path": (
        "origin {value} is not what browsers send: an origin has no path.",
        "Write {suggestion}.",
    ),
    "origin-query": (
        "origin {value} is not what browsers send: an origin has no query and no fragment.",
        "Write {suggestion}.",
    ),
    "origin-user-info": (
        "origin {value} is not what browsers send: an origin has no user name.",
        "Write {suggestion}.",
    ),
    "origin-white-space": (
        "origin {value} is not what browsers send: an origin has no white space.",
        "Write {suggestion}.",
    ),
    "origin-upper-case": (
        "origin {value} is not what browsers send: an origin is in lower case.",
        "Write {suggestion}.",
    ),
    "origin-default-port": (
        "origin {value} is not what browsers send: they leave out the scheme's default port.",
        "Write {suggestion}.",
    ),
    "origin-port": (
        "origin {value} has no valid port: a port is a number from 1 to 65535 "
        "without leading zeros, or '*' for any.",
        "Write {suggestion}.",
    ),
    "origin-unicode": (
        "origin {value} is not what browsers send: they write host names in ASCII (IDNA).",
        "Write {suggestion}.",
    ),
    "origin-ip": (
        "origin {value} is not what browsers send: its IP address is not in canonical form.",
        "Write {suggestion}.",
    ),
    "origin-ip-wildcard": (
        "origin {value} has a wildcard before an IP address, which has no subdomains.",
        "Write {suggestion}.",
    ),
    "origin-wildcard": (
        "origin {value} has a wildcard where none may be: '*' stands for whole labels at the "
        "start of the host ('https://*.example.com') or for the port ('http://localhost:*').",
        "Write {suggestion}.",
    ),
    "origin-host": (
        "origin {value} has no valid host name.",
        "Write {suggestion}.",
    ),
    "origin-long": (
        "origin {value} is longer than any origin a browser sends ({limit} characters).",
        "Write {suggestion}.",
    ),
    "origin-opaque": (
        "origin {value} is not what browsers send: pages of this scheme have the origin 'null'.",
        "Serve the page over https, or from http://localhost while developing.",
    ),
    "origin-null": (
        "origin 'null' stands for every sandboxed frame and local file, not for one site.",
        "Leave it out; if you must allow it, write allow_null_origin=True.",
    ),
    "origin-null-with-credentials": (
        "origin 'null' and credentials=True: any site can make a frame whose origin is 'null', "
        "and could read your users' data through it.",
        "Leave 'null' out, or leave credentials off.",
    ),
    "origin-insecure": (
        "origin {value} and credentials=True: whoever sits on the network between can pose as "
        "an http origin and read your users' data.",
        "Write {suggestion}; if you must allow it, write allow_insecure_origins=True.",
    ),
    "origin-public-suffix": (
        "origin {value} and credentials=True: names below {suffix} belong to many owners (Public "
        "Suffix List), each of whom could read your users' data.",
        "Write a domain of your own; if you must allow it, "
        "write allow_public_suffix_subdomains=True.",
    ),
    # The other settings.
    "boolean": (
        "{field} {value} is neither true nor false.",
        "Write True or False.",
    ),
    "list-type": (
        "{field} {value} is not a list of names.",
        "Write a list, or text separated by commas.",
    ),
    "json": (
        "{field} {value} begins like JSON but can't be read as JSON: {reason}.",
        "Write a JSON list such as {example}, or the same without brackets and quotes.",
    ),
    "method": (
        "method {value} is not a method's name.",
        "Write a name such as 'PUT'.",
    ),
    "method-lower-case": (
        "method {value} is not in upper case: methods are compared exactly, "
        "and no route would match it.",
        "Write {suggestion}.",
    ),
    "method-forbidden": (
        "method {value} is forbidden by the Fetch standard: no script can send it.",
        "Leave it out.",
    ),
    "header": (
        "{field}: {value} is not a header's name.",
        "Write a name such as 'X-Request-Id'.",
    ),
    "header-forbidden": (
        "request_headers: {value} is forbidden by the Fetch standard: no script can set it, "
        "so no browser will ask for it.",
        "Leave it out; cookies are a matter of credentials=True.",
    ),
    "response-header-forbidden": (
        "expose_headers: {value} can't be exposed: the Fetch standard hides it from scripts.",
        "Leave it out; send what the script needs in a header of another name.",
    ),
    "list-item": (
        "{field} holds {value}, which is not text.",
        "Write each name as text.",
    ),
    "star-not-alone": (
        "{field} {value} has '*' beside others: '*' already is every name.",
        "Write {field}=\"*\" alone, or leave '*' out of the list.",
    ),
    "expose-star-with-credentials": (
        "expose_headers '*' and credentials=True: with credentials browsers take '*' for a "
        "header of that name, so that nothing is exposed.",
        "List the headers that scripts may read.",
    ),
    "max-age": (
        "max_age {value} is not a whole number of seconds from 0 to 2147483648.",
        "Write {suggestion}.",
    ),
    "preflight-status": (
        "preflight_status {value} is not a status from 200 to 299, and browsers refuse any other.",
        "Write 204, or 200 for very old clients.",
    ),
    "unknown-keyword": (
        "{field} is not a setting.",
        "{suggestion}",
    ),
    "unknown-config-key": (
        "config key {field} is not known, so its value {value} would do nothing.",
        "{suggestion}",
    ),
    # How things are wired.
    "policy-and-settings": (
        "a whole Policy stands beside {value}: it is not clear which of them counts.",
        "Write either the Policy or single settings.",
    ),
    "policy-type": (
        "{value} is not a Policy.",
        "Write Policy(origins=...), or the settings as keyword arguments; a decorator needs its "
        "parentheses, and a blueprint is stated by cors.apply.",
    ),
    "not-initialised": (
        "{value} has no cross-origin policy.",
        "Write CrossOrigin(app, origins=[...]), or cors.init_app(app) in a factory.",
    ),
    "app-type": (
        "{value} is not a Flask app.",
        "{suggestion}",
    ),
    "request-type": (
        "{value} is neither a request nor a WSGI environment.",
        "Write flask.request, or the environment of a request.",
    ),
    "initialised-twice": (
        "app {value} already has a cross-origin policy: of two, one would silently win.",
        "Call init_app once; use cors.apply or cors.policy for parts, "
        "cors.reconfigure to change it later.",
    ),
    "initialised-after-first-request": (
        "app {value} has had its first request already: responses before this had no policy.",
        "Call init_app where the app is made, before it serves requests.",
    ),
    "response-class": (
        "app.response_class is {value}, whose responses can't have the policy's headers: {reason}.",
        "Write a subclass of flask.Response that calls super().__call__, if it has a __call__, and "
        "that can have subclasses.",
    ),
    "ambiguous-app": (
        "{value} apps use this extension: it is not clear which one is meant.",
        "Name it, app=..., or call inside `with app.app_context():`.",
    ),
    "scope-type": (
        "{value} is not a scope.",
        "Write a Blueprint, or a prefix of URL rules such as '/api'.",
    ),
    "scope-empty": (
        "nothing is stated for {plain}.",
        "Write the settings that differ, say origins=[...].",
    ),
    "scope-duplicate": (
        "{plain} has a policy already, and this one differs: of two, one would silently win.",
        "State it once.",
    ),
    "scope-after-first-request": (
        "{plain} is governed already: the rules are frozen at the first request.",
        "State it before the first request; cors.reconfigure changes the app's own policy later.",
    ),
    "prefix": (
        "prefix {value} is not the beginning of a URL rule, whole segments of it.",
        "Write {suggestion}.",
    ),
    "prefix-without-rule": (
        "no URL rule of app {app} is below the prefix {value}, so nothing would be governed by it.",
        "{suggestion}",
    ),
    "decorator-target": (
        "{value} is not a view: it can't be marked.",
        "Decorate a function, an async function, or a View class or one of its methods; "
        "use cors.apply for a part of the app.",
    ),
    "decorator-without-effect": (
        "the mark on {value} has no effect {where} of app {app}: it stands above @app.route, "
        "below a decorator that lacks functools.wraps, or on what is no view, or its result "
        "was not used.",
        "Put it right below @app.route, and functools.wraps in every decorator above it; error "
        "handlers have the policy of the view.",
    ),
    "decorator-of-other-extension": (
        "the view at endpoint {endpoint} is marked through another CrossOrigin object than the "
        "one that app {app} was initialised with, so the mark would do nothing.",
        "Use one CrossOrigin object: create it in a module of its own and import it from there.",
    ),
    "access-twice": (
        "app {value} is already initialised with this Access object.",
        "Call access.init_app once for each app.",
    ),
    "access-verify": (
        "verify {value} can't be called as verify(request, *needs).",
        "Write def verify(request, *needs): ... that returns the user, or None.",
    ),
    "access-verify-async": (
        "verify {value} is an async function or a generator: it would return an object that is "
        "always true.",
        "Write a plain function.",
    ),
    "access-challenge": (
        "www_authenticate {value} is not a valid header value.",
        "Write a challenge such as 'Bearer'.",
    ),
    "access-default": (
        "default {value} is neither 'public' nor 'required'.",
        'Write default="required" to protect every view that is not declared public.',
    ),
    "access-need": (
        "need {value} is not text.",
        "Write needs as text, such as 'marks:write'; use access.protect for a blueprint.",
    ),
    "access-blueprint": (
        "{value} is not a blueprint.",
        "Write a Blueprint; for single views, use @access.required or @access.public.",
    ),
    "access-duplicate": (
        "{plain} is protected with other needs, or open, already: one of the two declarations "
        "would be ignored.",
        "Call access.protect or access.open once for the blueprint, or with the same needs each "
        "time.",
    ),
    "access-after-first-request": (
        "{plain} has already handled requests, which were let through without this declaration.",
        "Call access.init_app, access.protect and access.open before the first request, next to "
        "where the app or the blueprint is made.",
    ),
    "access-contradiction": (
        "{plain} is both public and required{what}.",
        "Keep one of the two. access.public lifts what its own class and the bases of that class "
        "require; to require more in a subclass, define the method there again.",
    ),
}


@dataclass(frozen=True)
class PolicyProblem:
    """One thing that is wrong with a configuration.

    :ivar code: stable and short, one of `PROBLEMS`.
    :ivar field: the setting, keyword or config key it was found in.
    :ivar value: what was found there, whole.
    :ivar message: the value and the rule that it breaks, one sentence.
    :ivar hint: what to write instead.
    """

    code: str
    field: str
    value: object = _field(hash=False)  # it may be a list
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


def problem(code: str, field: str, value: object, **facts: object) -> PolicyProblem:
    """Make the problem `code` about the setting `field`, its texts filled in with `facts`."""
    message, hint = PROBLEMS[code]
    shown = {"field": field, "value": _SHORT.repr(value), "plain": value, **facts}
    return PolicyProblem(code, field, value, message.format(**shown), hint.format(**shown))


def with_location(problems: Iterable[PolicyProblem], place: str) -> tuple[PolicyProblem, ...]:
    """`problems`, their messages beginning with the `place` (a scope, a config file's key)."""
    return tuple(replace(each, message=f"{place}: {each.message}") for each in problems)


def did_you_mean(name: str, known: Iterable[str], others: str) -> str:
    """One sentence with the name of `known` that is closest to `name`, or else all of them."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else f"{others} are: {', '.join(known)}."


class PolicyError(ValueError):
    """A configuration that can't be, with every problem found in it.

    :ivar errors: the problems, in the order of the settings; never empty.
    """

    errors: tuple[PolicyProblem, ...]

    def __init__(self, problems: Sequence[PolicyProblem]) -> None:
        self.errors = tuple(problems)
        super().__init__(self.errors)

    def __str__(self) -> str:
        if len(self.errors) == 1:
            return f"{self.errors[0]} [{self.errors[0].code}]"
        lines = [f"{len(self.errors)} problems in the cross-origin configuration"]
        for number, each in enumerate(self.errors, 1):
            lines.append(f"{number:3}. {each.message}\n     {each.hint} [{each.code}]")
        return "\n".join(lines)


class CrossOriginWarning(UserWarning):
    """Something that works, but not as one would expect, with what to do about it."""
