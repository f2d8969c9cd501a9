"""Each row of the README's comparison is what flask-cors and this library do, side by side."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from flask import Flask, Response, abort
from flask_cors import CORS
from werkzeug.debug import DebuggedApplication

from flask_crossorigin import CrossOrigin, PolicyError
from flask_crossorigin.browser import Blocked, Browser

from .conftest import APP, EVIL, allowed, bug, call

Library = Literal["flask-crossorigin", "flask-cors"]
API: Final = "https://api.example.com"
README: Final = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
LOOKALIKE: Final = "https://app.example.com.evil.example"


def handled(app: Flask, library: Library, **settings: Any) -> Flask:
    """Let `library` handle the CORS of `app`."""
    if library == "flask-cors":
        CORS(app, **settings)
    else:
        if "supports_credentials" in settings:
            settings["credentials"] = settings.pop("supports_credentials")
        CrossOrigin(app, **settings)
    return app


def api() -> Flask:
    """An app with a page that can be read and written, and one that fails."""
    app = Flask("compared")
    app.add_url_rule("/marks/", "marks", lambda: "marks", methods=["GET", "PUT"])
    app.add_url_rule("/bug", "bug", bug)
    return app


def seen(served: Any, path: str, method: str = "PUT", origin: str = APP) -> str:
    """What the script of a page sees of a response."""
    page = Browser({API: served}, base=API).page(origin)
    try:
        return f"reads the {page.fetch(path, method=method).status}"
    except Blocked:
        return "“CORS error”"


def of_a_listed_origin(path: str) -> Callable[[Library], str]:
    return lambda library: seen(handled(api(), library, origins=[APP]), path)


def of_a_hook(library: Library) -> str:
    app = handled(api(), library, origins=[APP])
    app.before_request(lambda: abort(401))
    return seen(app, "/marks/")


def of_a_replaced_response(library: Library) -> str:
    app = api()
    app.after_request(lambda response: Response("busy", 503))
    return seen(handled(app, library, origins=[APP]), "/marks/", "GET")


def of_a_bug_in_debug_mode(library: Library) -> str:
    app = handled(api(), library, origins=[APP])
    app.debug = True
    return seen(DebuggedApplication(app), "/bug", "GET")


def opened(origin: str = EVIL, **settings: Any) -> Callable[[Library], str]:
    """Whether the pages of `origin`, which nobody listed, may read."""

    def check(library: Library) -> str:
        try:
            app = handled(api(), library, **settings)
        except PolicyError:
            return "an error at start-up"
        return "may read" if allowed(call(app, "GET", "/marks/", origin)) else "may not read"

    return check


def of_a_neighbour(library: Library) -> str:
    app = Flask("compared")
    app.add_url_rule("/apiary", "apiary", lambda: "apiary")
    app.add_url_rule("/api/prices", "prices", lambda: "prices")
    if library == "flask-cors":
        CORS(app, resources={r"/api/*": {"origins": "*"}})
    else:
        CrossOrigin(app, origins=[]).apply("/api", origins="*")
    assert allowed(call(app, "GET", "/api/prices", EVIL))
    return "may read" if allowed(call(app, "GET", "/apiary", EVIL)) else "may not read"


def vary(origin: str | None) -> Callable[[Library], str]:
    def check(library: Library) -> str:
        app = handled(api(), library, origins=[APP])
        value = call(app, "GET", "/marks/", origin).headers.get("Vary")
        return f"`{value}`" if value else "missing"

    return check


ROWS: Final[dict[str, Callable[[Library], str]]] = {
    "PUT, and a `before_request` hook responds with 401": of_a_hook,
    "PUT to a URL that does not exist": of_a_listed_origin("/none"),
    "PUT to a URL that redirects": of_a_listed_origin("/marks"),
    "An `after_request` hook replaces the response": of_a_replaced_response,
    "An unhandled error in debug mode": of_a_bug_in_debug_mode,
    "Any site, if `origins` is not written": opened(),
    "Any site, if `orgins=[...]` is mistyped": opened(orgins=[APP]),
    'Any site, with `origins="*"` and credentials': opened(origins="*", supports_credentials=True),
    'A sandboxed frame, with `origins=["null"]` and credentials': opened(
        "null", origins=["null"], supports_credentials=True
    ),
    r"`https://app.example.com.evil.example`, with the text `https://\w+\.example\.com`": opened(
        LOOKALIKE, origins=[r"https://\w+\.example\.com"]
    ),
    "Any site on `/apiary`, if `/api` is public": of_a_neighbour,
    "`Vary` of a response to a denied origin": vary(EVIL),
    "`Vary` of a response to a request without origin": vary(None),
}


def table() -> dict[str, list[str]]:
    """The rows of the README's comparison."""
    text = README.partition("\n## Compared with flask-cors\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return {name: cells for name, *cells in rows[2:]}


def test_the_readme_has_the_rows_that_are_tested() -> None:
    assert list(table()) == list(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_the_libraries_do_what_the_readme_says(row: str) -> None:
    assert [ROWS[row]("flask-crossorigin"), ROWS[row]("flask-cors")] == table()[row]
