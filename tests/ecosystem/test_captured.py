"""A `wsgi_app` that something took from the app before `CrossOrigin` came, as Connexion 3 does."""

from flask import Flask

from .api import make_api
from .contract import broken_in_debug_mode, broken_promises
from .wire import WSGIApp


def test_nothing_is_broken_where_the_captured_app_is_served() -> None:
    captured: list[WSGIApp] = []
    api = make_api(before=lambda app: captured.append(app.wsgi_app))
    api.served = captured[0]
    assert broken_promises(api) == []


def test_nothing_is_broken_in_debug_mode_where_the_captured_app_is_served() -> None:
    captured: list[WSGIApp] = []

    def capture(app: Flask) -> None:
        captured.append(app.wsgi_app)

    api = make_api(before=capture)
    api.served = captured[0]
    assert broken_in_debug_mode(api) == []
