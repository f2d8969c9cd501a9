"""The API that the tests serve: a page for each kind of response, and hooks that take notes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, abort, request, session
from flask_limiter import Limiter

from flask_crossorigin import Access, CrossOrigin

from .wire import WSGIApp

APP = "https://app.example.com"
OTHER = "https://other.example.com"
EVIL = "https://evil.example"

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
TOKENS = {"Bearer ines": "ines", "Bearer sam": "sam"}
"""What `verify` accepts. Only ines may write."""

POLICY: dict[str, Any] = {
    "origins": [APP, OTHER],
    "methods": METHODS,
    "credentials": True,
    "expose_headers": ["X-Total"],
}

Setup = Callable[[Flask], Any]


@dataclass
class Api:
    """An app with a policy, and what ran in it.

    :ivar served: what a server is given; the app, unless a test wraps it.
    :ivar seen: what ran: hooks, the key function of the rate limiter, `verify`, views.
    :ivar contexts: how many request contexts Flask has opened and closed.
    """

    app: Flask
    seen: list[str] = field(default_factory=list)
    contexts: int = 0
    served: WSGIApp = field(init=False)

    def __post_init__(self) -> None:
        self.served = self.app
        for name in ("preprocess_request", "process_response"):  # these run every hook
            setattr(self.app, name, self.noting(name, getattr(self.app, name)))

    def noting(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function`, which is noted when it runs."""

        def run(*args: Any) -> Any:
            self.seen.append(name)
            return function(*args)

        return run

    def verify(self, request: Any, *needs: str) -> str | None:
        """Return the user, who may write if it is ines."""
        self.seen.append("verify")
        user = TOKENS.get(request.headers.get("Authorization", ""))
        if user == "sam" and needs:
            raise Access.Denied
        return user

    def rate_limit_key(self) -> str:
        """Return one key for everybody."""
        self.seen.append("limiter")
        return "everybody"

    def before(self) -> tuple[str, int] | None:
        """Refuse one page."""
        self.seen.append("before_request")
        return ("refused", 503) if request.path == "/refused" else None

    def after(self, response: Response) -> Response:
        """Replace the response of one page by one of another class than the app's."""
        self.seen.append("after_request")
        return Response("replaced") if request.path == "/replaced" else response

    def teardown(self, _: BaseException | None) -> None:
        """Count the context."""
        self.contexts += 1


def make_api(
    before: Setup | None = None, after: Setup | None = None, flask: type[Flask] = Flask
) -> Api:
    """Return the API, an app of the class `flask`.

    :param before: runs right before `CrossOrigin` is initialised.
    :param after: runs right after it. Hooks and views are added later.
    """
    app = flask("api")
    app.secret_key = "a key of the tests that is long enough for HMAC"
    if before is not None:
        before(app)
    CrossOrigin(app, **POLICY)
    if after is not None:
        after(app)
    api = Api(app)
    access = Access(app, verify=api.verify)
    limiter = Limiter(api.rate_limit_key, app=app, storage_uri="memory://")
    app.before_request(api.before)
    app.after_request(api.after)
    app.teardown_request(api.teardown)
    add_views(api, access, limiter)
    return api


def add_views(api: Api, access: Access, limiter: Limiter) -> None:
    """Add a page for each row of the contract."""
    app, shared = api.app, Response("shared")

    def page(text: Any, headers: dict[str, str] | None = None) -> Callable[[], Response]:
        def view() -> Response:
            api.seen.append("view")
            return Response(text() if callable(text) else text, headers=headers)

        return view

    def fail() -> str:
        raise ZeroDivisionError("division by zero")

    def stream() -> Iterator[str]:
        yield from ("one", "two")

    def with_etag() -> Any:
        response = Response("fresh")
        response.set_etag("one")
        return response.make_conditional(request)

    limited = limiter.limit("4 per hour")(page("limited"))
    app.add_url_rule("/marks", "marks", page("marks"), methods=["GET", "PUT"])
    app.add_url_rule("/folder/", "folder", page("folder"), methods=["GET", "PUT"])
    app.add_url_rule("/mine", "mine", access.required("write")(page("mine")))
    app.add_url_rule("/limited", "limited", limited, methods=["GET", "PUT"])
    app.add_url_rule("/own", "own", page("own", OWN_HEADERS))
    app.add_url_rule("/streamed", "streamed", page(stream))
    app.add_url_rule("/teapot", "teapot", lambda: abort(418))
    app.add_url_rule("/session", "session", lambda: f"hello {session.get('user')}")
    app.add_url_rule("/etag", "etag", with_etag)
    app.add_url_rule("/shared", "shared", lambda: shared)
    app.add_url_rule("/replaced", "replaced", page("not this"))
    app.add_url_rule("/refused", "refused", page("not this"))
    app.add_url_rule("/bug", "bug", fail)


OWN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Max-Age": "1",
    "Vary": "Accept-Encoding",
}
"""Headers of a view's own: the policy replaces the first two, and merges the third."""
