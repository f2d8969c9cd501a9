"""The warnings that the first request of an app can give, by code."""

from typing import Final

from .messages import Message

APP_WARNINGS: Final[dict[str, Message]] = {
    "prefix-without-rule": Message(
        "no URL rule of app {app} is below the prefix {value}, so its policy applies to {reach}.",
        "{suggestion}",
    ),
    "config-key-ignored": Message(
        "config key {field} is not one of this library, so it has no effect on the policy.",
        "{suggestion}",
    ),
    "config-after-init": Message(
        "config key {field} was set after init_app had read the config, so it has no effect.",
        "Set it before init_app, or call cors.reconfigure.",
    ),
    "method-left-out": Message(
        "methods leaves out {plain}, which {rule} accepts. This protects nothing: browsers send "
        "{plain} without a preflight where they can.",
        "Add {value} to methods. An access guard limits who may use the view.",
    ),
    "other-cors-library": Message(
        "app {value}: {found}.",
        "Its headers are replaced; {fix}.",
    ),
    "connexion-before": Message(
        "app {value}: Connexion 3 handles each request before Flask. It sends preflight responses "
        "and most errors, such as 400, 401 and 404, without this policy.",
        "Remove CrossOrigin from this app. Add Starlette's CORSMiddleware to the Connexion app, at "
        "MiddlewarePosition.BEFORE_EXCEPTION.",
    ),
}
