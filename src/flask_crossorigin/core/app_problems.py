"""The errors that an app, its scopes and its decorators can have, by code."""

from typing import Final

from .messages import Message

APP_PROBLEMS: Final[dict[str, Message]] = {
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
    "decorator-without-init-app": Message(
        "view {value} is decorated by a CrossOrigin object, but app {app} was not initialised, so "
        "the decorator has no effect.",
        "Write CrossOrigin(app, origins=[...]), or cors.init_app(app) in a factory.",
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
