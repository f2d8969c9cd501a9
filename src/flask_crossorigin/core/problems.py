"""All errors that a configuration can have, by code.

Codes are stable; messages may be improved.
"""

from typing import Final

from .errors import PolicyProblem
from .messages import Message
from .text import short_repr

PROBLEMS: Final[dict[str, Message]] = {
    # Origins: the setting as a whole.
    "origins-unset": Message(
        "origins is {value}: a policy must list the origins that may read responses.",
        'Write the origin of the front end, such as origins=["https://app.example.com"]. Write '
        'origins="*" to allow every origin, or origins=[] to allow none.',
    ),
    "origins-type": Message(
        "origins {value} is neither text, nor a list of origins, nor a function.",
        'Write a list of origins such as ["https://app.example.com"].',
    ),
    "origins-star-not-alone": Message(
        "origins {value} combines '*' with other entries, but '*' already allows every origin.",
        "Write origins=\"*\" alone, or remove '*' from the list.",
    ),
    "origins-star-with-credentials": Message(
        "origins '*' with credentials=True would let any site read your users' data.",
        "List the origins, or write credentials=False.",
    ),
    "origins-callable-signature": Message(
        "origins contains {value}, which can be called neither as f(origin) nor as "
        "f(origin, request).",
        "Give it one parameter, the origin as text, or two: the origin and Flask's request.",
    ),
    "origins-callable-async": Message(
        "origins contains {value}, an async function or a generator: it would return an object "
        "that is always true.",
        "Write a plain function that returns True or False.",
    ),
    "origins-callable-class": Message(
        "origins contains the class {value}: calling it would create an object, not check an "
        "origin.",
        "Write an instance that has an `allows` method, or a function.",
    ),
    "origins-regex": Message(
        "origins contains {value}, but of a regular expression only `fullmatch` is accepted: "
        "`match` and `search` would also allow 'https://example.com.evil.example'.",
        "Write re.compile(...).fullmatch, or better a pattern such as 'https://*.example.com'.",
    ),
    # Origins: each one.
    "origin-type": Message(
        "origin {value} is not text.",
        "Write an origin as text, such as 'https://app.example.com'.",
    ),
    "origin-empty": Message(
        "origin {value} is empty; perhaps an environment variable is not set.",
        "Write an origin such as 'https://app.example.com', or leave the entry out.",
    ),
    "origin-scheme-missing": Message(
        "origin {value}: an Origin header always begins with a scheme.",
        "Write {suggestion}.",
    ),
    "origin-regex": Message(
        "origin {value} looks like a regular expression, but text is never read as one.",
        "Write {suggestion}.",
    ),
    "origin-path": Message(
        "origin {value}: an Origin header never has a path.",
        "Write {suggestion}.",
    ),
    "origin-query": Message(
        "origin {value}: an Origin header never has a query or a fragment.",
        "Write {suggestion}.",
    ),
    "origin-user-info": Message(
        "origin {value}: an Origin header never has a user name.",
        "Write {suggestion}.",
    ),
    "origin-white-space": Message(
        "origin {value}: an Origin header never has white space.",
        "Write {suggestion}.",
    ),
    "origin-upper-case": Message(
        "origin {value}: an Origin header is always in lower case.",
        "Write {suggestion}.",
    ),
    "origin-default-port": Message(
        "origin {value}: an Origin header never has the default port of its scheme.",
        "Write {suggestion}.",
    ),
    "origin-port": Message(
        "origin {value} has no valid port: a port is a number from 1 to 65535 "
        "without leading zeros, or '*' for any port.",
        "Write {suggestion}.",
    ),
    "origin-unicode": Message(
        "origin {value}: an Origin header has its host name in ASCII (IDNA).",
        "Write {suggestion}.",
    ),
    "origin-ip": Message(
        "origin {value}: an Origin header has an IP address in its canonical form.",
        "Write {suggestion}.",
    ),
    "origin-ip-wildcard": Message(
        "origin {value} has a wildcard before an IP address, which has no subdomains.",
        "Write {suggestion}.",
    ),
    "origin-wildcard": Message(
        "origin {value} has a wildcard in the wrong place: '*' stands for whole labels at the "
        "start of the host ('https://*.example.com') or for the port ('http://localhost:*').",
        "Write {suggestion}. To match a part of a label, write a regular expression such as "
        r're.compile(r"https://app-[0-9]+\.example\.com").fullmatch.',
    ),
    "origin-host": Message(
        "origin {value} has no valid host name.",
        "Write {suggestion}.",
    ),
    "origin-long": Message(
        "origin {value} is longer than any origin that a browser sends ({limit} characters).",
        "Write {suggestion}.",
    ),
    "origin-opaque": Message(
        "origin {value}: pages with this scheme send the origin 'null'.",
        "Serve the page over https, or from http://localhost during development.",
    ),
    "origin-null": Message(
        "origin 'null' is sent by every sandboxed frame and local file, not by one site.",
        "Leave it out. If you must allow it, add allow_null_origin=True.",
    ),
    "origin-null-with-credentials": Message(
        "origin 'null' with credentials=True would let any site read your users' data: every site "
        "can create a frame whose origin is 'null'.",
        "Leave 'null' out, or write credentials=False.",
    ),
    "origin-insecure": Message(
        "origin {value} with credentials=True is not safe: without https, anyone on the network "
        "can pose as this origin and read your users' data.",
        "Write {suggestion}; if you must allow http, add allow_insecure_origins=True.",
    ),
    "origin-public-suffix": Message(
        "origin {value} with credentials=True is not safe: the names below {suffix} belong to "
        "many owners (Public Suffix List), and each could read your users' data.",
        "Write a domain of your own. If you must allow it, add "
        "allow_public_suffix_subdomains=True.",
    ),
    # The other settings.
    "boolean": Message(
        "{field} {value} is neither true nor false.",
        "Write True or False.",
    ),
    "list-type": Message(
        "{field} {value} is not a list of names.",
        "Write a list, or text separated by commas.",
    ),
    "json": Message(
        "{field} {value} starts like JSON but is not valid JSON: {reason}.",
        "Write a JSON list such as {example}, or leave out all brackets and quotes.",
    ),
    "method": Message(
        "method {value} is not a valid method name.",
        "Write a name such as 'PUT'.",
    ),
    "method-lower-case": Message(
        "method {value} is not in upper case: methods are compared exactly, so no route would "
        "match it.",
        "Write {suggestion}.",
    ),
    "method-forbidden": Message(
        "method {value} is forbidden by the Fetch standard: no script can send it.",
        "Leave it out.",
    ),
    "header": Message(
        "{field}: {value} is not a valid header name.",
        "Write a name such as 'X-Request-Id'.",
    ),
    "header-forbidden": Message(
        "request_headers: {value} is forbidden by the Fetch standard: no script can set it, "
        "so no browser will request it.",
        "Leave it out. To allow cookies, write credentials=True.",
    ),
    "response-header-forbidden": Message(
        "expose_headers: {value} can't be exposed: the Fetch standard hides it from scripts.",
        "Leave it out. Send data for the script in a header with another name.",
    ),
    "list-item": Message(
        "{field} contains {value}, which is not text.",
        "Write each name as text.",
    ),
    "star-not-alone": Message(
        "{field} {value} combines '*' with other names, but '*' already stands for every name.",
        "Write {field}=\"*\" alone, or remove '*' from the list.",
    ),
    "expose-star-with-credentials": Message(
        "expose_headers '*' with credentials=True exposes nothing: with credentials, browsers "
        "read '*' as the name of a header.",
        "List the headers that scripts may read.",
    ),
    "max-age": Message(
        "max_age {value} is not a whole number of seconds from 0 to 2147483648.",
        "Write {suggestion}.",
    ),
    "preflight-status": Message(
        "preflight_status {value} is not a status from 200 to 299, and browsers reject any other.",
        "Write 204, or 200 for very old clients.",
    ),
    "unknown-keyword": Message(
        "{field} is not a setting.",
        "{suggestion}",
    ),
    "unknown-config-key": Message(
        "config key {field} is unknown, so its value {value} would be ignored.",
        "{suggestion}",
    ),
    # The app, its scopes and its decorators.
    "policy-and-settings": Message(
        "both a Policy and {value} were given: it is not clear which of them applies.",
        "Write either the Policy or single settings.",
    ),
    "policy-type": Message(
        "{value} is not a Policy.",
        "Write Policy(origins=...), or keyword arguments such as CrossOrigin(app, origins=[...]). "
        "Write a decorator with parentheses: @cors.policy(...). Pass a blueprint to cors.apply.",
    ),
    "not-initialised": Message(
        "{value} has no cross-origin policy.",
        "Write CrossOrigin(app, origins=[...]), or cors.init_app(app) in a factory.",
    ),
    "app-type": Message(
        "{value} is not a Flask app.",
        "{suggestion}",
    ),
    "request-type": Message(
        "{value} is neither a request nor a WSGI environment.",
        "Write flask.request, or the WSGI environment of a request.",
    ),
    "initialised-twice": Message(
        "app {value} already has a cross-origin policy: with two, one would be silently ignored.",
        "Call init_app once. Call cors.apply or cors.policy for parts of the app, and "
        "cors.reconfigure to change its policy later.",
    ),
    "initialised-after-first-request": Message(
        "app {value} has already handled a request, without a policy.",
        "Call init_app where the app is created, before it serves requests.",
    ),
    "response-class": Message(
        "app.response_class is {value}, whose responses can't carry the policy's headers: "
        "{reason}.",
        "Write a subclass of flask.Response that can itself be subclassed. If it has a __call__ "
        "method, that must call super().__call__.",
    ),
    "ambiguous-app": Message(
        "{value} apps use this extension: it is not clear which app applies.",
        "Write app=..., or make the call inside `with app.app_context():`.",
    ),
    "scope-type": Message(
        "{value} is not a scope.",
        "Write a Blueprint, or a prefix of URL rules such as '/api'.",
    ),
    "scope-empty": Message(
        "no settings are given for {plain}.",
        "Write the settings that differ, such as origins=[...].",
    ),
    "scope-duplicate": Message(
        "{plain} already has a policy, and this one differs: one would be silently ignored.",
        "Declare its policy once.",
    ),
    "scope-after-first-request": Message(
        "the policy of {plain} was declared after the first request. By then the policies are "
        "fixed.",
        "Declare it where the app or the blueprint is created. To change the policy of the whole "
        "app later, call cors.reconfigure.",
    ),
    "prefix": Message(
        "prefix {value} is not the start of a URL rule: a prefix is '/' and whole segments, as "
        "in '/api'.",
        "Write {suggestion}.",
    ),
    "prefix-without-rule": Message(
        "no URL rule of app {app} is below the prefix {value}, so its policy would apply to "
        "nothing.",
        "{suggestion}",
    ),
    "decorator-target": Message(
        "{value} is not a view, so it can't be decorated.",
        "Decorate a function, an async function, a View class or one of its methods. For a part "
        "of the app, call cors.apply.",
    ),
    "decorator-without-effect": Message(
        "the decorator on {value} has no effect {where} of app {app}: it stands above @app.route, "
        "or a decorator above it lacks functools.wraps, or the function that it returns is not "
        "registered.",
        "Put it directly below @app.route, and register the function that it returns. Don't "
        "decorate an error handler: the policy of the view applies to error responses too.",
    ),
    "decorator-of-other-extension": Message(
        "the view at endpoint {endpoint} is decorated by another CrossOrigin object than the "
        "one that initialised app {app}, so the decorator would have no effect.",
        "Use one CrossOrigin object: create it in its own module and import it from there.",
    ),
    "access-twice": Message(
        "app {value} is already initialised with this Access object.",
        "Call access.init_app once for each app.",
    ),
    "access-verify": Message(
        "verify {value} can't be called as verify(request, *needs).",
        "Write def verify(request, *needs): ... that returns the user, or None.",
    ),
    "access-verify-async": Message(
        "verify {value} is an async function or a generator: it would return an object that is "
        "always true.",
        "Write a plain function.",
    ),
    "access-challenge": Message(
        "www_authenticate {value} is not a valid header value.",
        "Write a challenge such as 'Bearer'.",
    ),
    "access-default": Message(
        "default {value} is neither 'public' nor 'required'.",
        'Write default="required" to protect every view that is not declared public.',
    ),
    "access-need": Message(
        "need {value} is not text.",
        "Write needs as text, such as 'marks:write'; use access.protect for a blueprint.",
    ),
    "access-blueprint": Message(
        "{value} is not a blueprint.",
        "Write a Blueprint; for single views, use @access.required or @access.public.",
    ),
    "access-duplicate": Message(
        "{plain} is already open, or already protected with other needs: one of the two "
        "declarations would be ignored.",
        "Call access.protect or access.open once for the blueprint, or always with the same needs.",
    ),
    "access-after-first-request": Message(
        "{plain} has already handled requests, to which this declaration did not apply.",
        "Call access.init_app, access.protect and access.open before the first request, where "
        "the app or the blueprint is created.",
    ),
    "access-contradiction": Message(
        "{plain} is both public and required{what}.",
        "Keep one of the two. access.public on a method cancels access.required on its class and "
        "the bases of that class. To protect the method in a subclass, define it there again.",
    ),
}


def problem(code: str, field: str, value: object, **facts: object) -> PolicyProblem:
    """Return the problem `code` of `PROBLEMS` for `field`, with `facts` filled in."""
    facts = {"field": field, "value": short_repr(value), "plain": value, **facts}
    return PolicyProblem(code, field, value, *PROBLEMS[code].format(**facts))
