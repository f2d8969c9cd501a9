"""OpenTelemetry's wrapper of one app, round other middleware."""

from flask import Flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from flask_crossorigin import CrossOrigin

from .api import APP, EVIL, make_api
from .wire import send


def test_a_preflight_for_an_app_mounted_below_the_wrapper_gets_the_policy_of_that_app() -> None:
    mounted = Flask("mounted")
    CrossOrigin(mounted, origins=[EVIL])

    def mount(app: Flask) -> None:
        middleware = DispatcherMiddleware(app.wsgi_app, {"/mounted": mounted})
        app.wsgi_app = middleware  # type: ignore[method-assign]
        FlaskInstrumentor().instrument_app(app)

    api = make_api(before=mount)
    headers = {"Access-Control-Request-Method": "PUT"}
    for origin, status, mounted_status in ((APP, 204, 403), (EVIL, 403, 204)):
        headers["Origin"] = origin
        assert send(api.served, "OPTIONS", "/marks", headers).status == status
        assert send(api.served, "OPTIONS", "/mounted/marks", headers).status == mounted_status
