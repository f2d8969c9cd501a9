"""Add the policy's headers to every response, where the app makes it.

Flask sends a response inside the request context, so the matched rule is known and needs no
reconstruction. Werkzeug makes a new list of headers each time that it sends a response: one that
several requests share is never changed. Whatever wraps the app makes no difference.
"""

import copyreg
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

from flask import Response, has_request_context
from werkzeug.test import create_environ
from werkzeug.wrappers import Response as WerkzeugResponse

from ..context import Environ, current_flask_request
from ..core.errors import PolicyError
from ..core.headers import ORDINARY_NAMES, Header
from ..core.problems import problem
from ..state import AppState
from .debug import debug_response
from .nested import added_headers, complete_headers, merged
from .preflights import respond_in_app
from .snapshot import ENVIRON_KEY, Snapshot, take_snapshot

_NO_POLICY: Final = (None, None)


class CrossOriginResponse:
    """The part that is added to the app's response classes.

    :cvar replaces: the class of the user's that it is a subclass of.
    """

    # No __slots__: an object may change its class only to one of the same layout.
    replaces: ClassVar[type[Response]]

    def get_wsgi_response(self, environ: Environ) -> tuple[Iterable[bytes], str, list[Header]]:
        """Return the body, the status, and the headers with those that the policy adds."""
        sent: tuple[Iterable[bytes], str, list[Header]]
        sent = super().get_wsgi_response(environ)  # type: ignore[misc]
        try:
            live = current_flask_request()
            # Not by attribute: a request class may have any.
            snapshot: Snapshot = vars(live)["_crossorigin"]
        except (RuntimeError, KeyError):
            return sent  # outside of a request, or in one to an app without a policy
        body, status, headers = sent
        rule = live.url_rule
        policy, view = snapshot.policies.get(id(rule), _NO_POLICY)
        if policy is None or rule is None or snapshot.rules.views.get(rule.endpoint) is not view:
            code = self.status_code  # type: ignore[attr-defined]
            return body, status, complete_headers(snapshot, live, code, headers)
        added = policy.wildcard_headers or policy.headers_by_origin.get(snapshot.origin)
        if added is None:
            added = added_headers(policy, snapshot, live)
        for name, _ in headers:
            if name not in ORDINARY_NAMES:  # it may have to be merged
                return body, status, merged(snapshot, live, headers, added)
        return body, status, [*headers, *added]

    @classmethod
    def force_type(cls, response: Response, environ: Environ | None = None) -> Response:
        """Return `response` as one of this class; a subclass of the user's keeps its methods."""
        if not isinstance(response, cls.replaces):
            forced: Response = super().force_type(response, environ)  # type: ignore[misc]
            return forced
        if isinstance(response, CrossOriginResponse):
            return response
        try:
            response.__class__ = response_class_for(type(response))
        except (PolicyError, TypeError, AttributeError):
            return _copy_as(cls, response)
        return response

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle as the user's class: caches keep responses beyond this app and process."""
        reduced: Any = super().__reduce_ex__(max(protocol, 2))  # 1 refuses __slots__
        replaced = vars(type(self)).get("replaces")
        if replaced is None or not isinstance(reduced, tuple):
            return reduced
        how, made, *rest = reduced
        if how is copyreg.__newobj__:  # type: ignore[attr-defined]
            how = object.__new__  # the other insists on the class of `self`
        elif how is type(self):
            how = replaced
        if made and made[0] is type(self):
            made = (replaced, *made[1:])
        return (how, made, *rest)


def _copy_as(cls: Any, response: Response) -> Response:
    """Return `response`, whose class can't have the policy's headers, as one of `cls`."""
    copy: Response = cls(
        response.response,
        response.status,
        response.headers,
        direct_passthrough=response.direct_passthrough,
    )
    copy.call_on_close(response.close)
    return copy


def response_class_for(base: type[Response]) -> type[Response]:
    """Return the subclass of `base` that adds the policy's headers; one for each `base`.

    :raises PolicyError: if `base` can't have such a subclass.
    """
    if issubclass(base, CrossOriginResponse):
        return base
    found: type[Response] | None = vars(base).get("_crossorigin_class")
    if found is None:
        members = {name: getattr(base, name) for name in ("__module__", "__qualname__", "__doc__")}
        kind: Any = type(base)
        try:
            found = kind(base.__name__, (CrossOriginResponse, base), {**members, "replaces": base})
            base._crossorigin_class = found  # type: ignore[attr-defined]
        except Exception as error:
            raise PolicyError([problem("response-class", "app", base, reason=error)]) from error
    assert found is not None
    return found


def require_fit(made: type[Response]) -> None:
    """Raise :exc:`PolicyError` if responses of the class `made` send themselves past the headers.

    Only one with a ``__call__`` of its own can; it is tried out. One that can't be tried, since
    it needs arguments or a request, is believed.
    """
    if made.__call__ is WerkzeugResponse.__call__:
        return

    def reached(_: Any, __: Environ) -> Any:
        raise _ReachedError

    kind: Any = type(made)
    probe = kind("Probe", (made,), {"get_wsgi_response": reached})
    try:
        probe()(create_environ(), lambda *_: lambda _: None)
    except Exception:  # noqa: BLE001 - whatever it is, it does not show that headers are lost
        return
    reason = "its __call__ never reaches get_wsgi_response"
    raise PolicyError([problem("response-class", "app", made, reason=reason)])


class _ReachedError(Exception):
    """Raised where the headers are built."""


def with_headers(
    state: AppState, full_dispatch_request: Callable[..., Response]
) -> Callable[..., Response]:
    """Return `full_dispatch_request` of the app, wrapped."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        live = current_flask_request()
        if "_crossorigin" in vars(live):  # wrapped twice, or dispatched again
            return _as_own(state, full_dispatch_request(*args, **kwargs))
        rules = state.frozen or state.freeze()
        if live.environ["REQUEST_METHOD"] == "OPTIONS":
            response = respond_in_app(state, rules, live)
            if response is not None:
                return response
        snapshot = take_snapshot(state, rules, live)
        try:
            made: Any = full_dispatch_request(*args, **kwargs)
        finally:
            if snapshot.outer is not None:
                live.environ[ENVIRON_KEY] = snapshot.outer
        return made if isinstance(made, CrossOriginResponse) else _as_own(state, made)

    return wrapped


def with_readable_errors(
    state: AppState, handle_exception: Callable[..., Response]
) -> Callable[..., Response]:
    """Return `handle_exception` of the app, wrapped."""

    def wrapped(*args: Any, **kwargs: Any) -> Response:
        if not has_request_context():
            return handle_exception(*args, **kwargs)
        live = current_flask_request()
        snapshot: Snapshot | None = vars(live).get("_crossorigin")
        if snapshot is None:  # it failed before it was dispatched: the session could not be opened
            rules = state.frozen or state.freeze()
            response = respond_in_app(state, rules, live)
            if response is not None:
                return response
            snapshot = take_snapshot(state, rules, live)
        live.environ[ENVIRON_KEY] = snapshot
        try:
            response = handle_exception(*args, **kwargs)
        except Exception as error:
            readable = debug_response(snapshot, live, error)
            if readable is None:
                snapshot.report(None)  # an outer app must not show it either
                raise
            response = readable
        finally:
            if snapshot.outer is not None:
                live.environ[ENVIRON_KEY] = snapshot.outer
        return _as_own(state, response)

    return wrapped


def _as_own(state: AppState, response: Response) -> Response:
    """Return `response`, which a hook may have made of any class, as one that adds headers."""
    own: Any = response_class_for(state.app.response_class)
    forced: Response = own.force_type(response, current_flask_request().environ)
    return forced
