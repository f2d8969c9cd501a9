"""The WSGI wrapper: the only place that writes headers, and the one that answers preflights.

It stands outside everything that Flask does with a request, so that no error, redirect, hook or
static file leaves it out; and a preflight never gets in.
"""

from __future__ import annotations

import itertools
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

from flask import Flask, request, request_started
from werkzeug.wsgi import ClosingIterator

from .asking import Asker, log_denial, logs_denials, shown
from .core.compiled import ALLOW_ORIGIN, VARY_PREFLIGHT, CompiledPolicy, Header, compile_policy
from .core.decision import (
    MAX_KEPT_LENGTH,
    ONLY_VARY,
    SENTENCES,
    Decision,
    Reason,
    actual_headers,
    answer_preflight,
    decide_actual,
    decide_preflight,
    denied_preflight_headers,
    judge_origin,
    kept_answer,
)
from .core.errors import CrossOriginWarning, PolicyError, PolicyProblem
from .core.headers import (
    ORDINARY_NAMES,
    allow_origin_of,
    has_headers_to_merge,
    is_cors_header,
    merge_headers,
)
from .core.policy import Policy
from .debug import readable_traceback
from .governing import Governing
from .routing import Environ, Router, path_of
from .scopes import Scope, ScopeTable
from .strangers import other_cors_layers

logger: Final = logging.getLogger("flask_crossorigin")

StartResponse: TypeAlias = Callable[..., Any]
WSGIApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]

_NESTED: Final = "flask_crossorigin.nested"
"""Environment key: a list, which copies of the environment share, of the allow-origin that each
app under a wrapper has answered the request with: when a view forwards it, say."""
_REACHED: Final = "flask_crossorigin.reached"
"""Environment key: the apps that worked on a request, where they stand behind other wrappers."""
_UNTOUCHED: Final = object()
"""In that list: a response that was left as it is."""
_ALLOWED: Final = Reason.ALLOWED
_NOBODY: Final = compile_policy(Policy(origins=()))
"""What governs the app's own response where nothing else can be said: it allows no origin."""


class CrossOriginMiddleware:
    """Wraps ``app.wsgi_app``: finds what governs each response and preflight, and answers so.

    :ivar policy: the app's own.
    :ivar inner: what was wrapped.
    :ivar wrapped_before: whether `inner` is more than the app itself: it may then hold other
        apps, whose responses are theirs.
    """

    def __init__(
        self,
        app: Flask,
        policy: Policy,
        build_table: Callable[[Flask, Policy], ScopeTable],
        *,
        wrapped_before: bool,
    ) -> None:
        self.app = app
        self.policy: Policy = policy
        self.inner: WSGIApp = app.wsgi_app
        self.wrapped_before = wrapped_before
        self._build_table = build_table
        self._asker = Asker(app)
        self._lock = threading.Lock()
        self._router: Router | None = None
        self._governing: Governing | None = None
        self._problems: list[PolicyProblem] = []
        if wrapped_before:
            request_started.connect(_note_reached, app)

    # The frozen rules.

    @property
    def frozen(self) -> bool:
        """Whether the rules of the app are frozen."""
        return self._governing is not None

    def governing(self) -> Governing:
        """What governs the app's rules, which are frozen now at the latest.

        :raises PolicyError: with every problem of every scope, each time anew.
        """
        with self._lock:
            if self._governing is None:
                self._governing = self._freeze()
            return self._governing

    def _freeze(self) -> Governing:
        if self._problems:
            raise PolicyError(self._problems)
        for message in other_cors_layers(self.app):
            warnings.warn(message, CrossOriginWarning, stacklevel=2)
        table = self._build_table(self.app, self.policy)
        self._problems = table.problems
        if self._problems:
            raise PolicyError(self._problems)
        self._router = Router(self.app)
        # A preflight freezes them too, but never gets to Flask: let it refuse later routes all
        # the same, which would otherwise lack what their marks say.
        self.app._got_first_request = True
        return Governing(self.app, self._router, table, shared=self.wrapped_before)

    def reconfigure(self, change: Callable[[Policy], Policy]) -> None:
        """Let what `change` makes of the app's policy govern all requests from now on.

        :raises PolicyError: if any scope can't be; then nothing has changed.
        """
        with self._lock:
            policy = change(self.policy)
            table = self._build_table(self.app, policy)
            problems = table.problems
            if self._router is None:  # the rules that a prefix needs may still come
                problems = [each for each in problems if each.code != "prefix-without-rule"]
            if problems:
                raise PolicyError(problems)
            self.policy = policy
            self._problems = []
            if self._router is not None:
                shared = self.wrapped_before
                self._governing = Governing(self.app, self._router, table, shared=shared)

    # Requests.

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        # Read once: one response is governed by one policy, whatever is replaced meanwhile.
        governing = self._governing or self.governing()
        if environ["REQUEST_METHOD"] == "OPTIONS" and is_preflight(environ):
            return self._preflight(governing, environ, start_response)
        policy = governing.policy
        if policy is None or _NESTED in environ:
            return self._respond(governing, environ, start_response)
        nested: list[object] = []
        environ[_NESTED] = nested
        added = policy.added[environ.get("HTTP_ORIGIN")]
        if added is None and policy.only_exact and not logger.isEnabledFor(logging.INFO):
            added = ONLY_VARY  # denied, and nobody asks why
        # One variable of the closure, since each costs as much as a look-up.
        request = added, nested, start_response, self, governing, environ

        # What most responses need, and no more, is here; all else is in `_answer`.
        def start(status: str, headers: list[Header], exc_info: Any = None) -> Any:
            added, nested, start_response, this, governing, environ = request
            if added is not None and not nested:
                for name, _ in headers:
                    if name not in ORDINARY_NAMES:
                        break  # it may have to be merged
                else:
                    return start_response(status, [*headers, *added], exc_info)
            headers = this._answer(governing, environ, environ, nested, nested, status, headers)
            return start_response(status, headers, exc_info)

        return self.inner(environ, start)

    def _respond(
        self, governing: Governing, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The same where there are several scopes or apps, or where errors are to be readable."""
        nested: list[object] = []
        above = environ.setdefault(_NESTED, nested)
        environ[_NESTED] = nested
        original = self._remember(environ)
        request = governing, environ, original, nested, above
        started = False

        def start(status: str, headers: list[Header], exc_info: Any = None) -> Any:
            nonlocal started
            started = True
            governing, environ, original, nested, above = request
            policy = governing.policy_of(environ) if above is nested and not nested else None
            added = None if policy is None else policy.added[environ.get("HTTP_ORIGIN")]
            if added is not None and not has_headers_to_merge(headers):
                return start_response(status, [*headers, *added], exc_info)
            headers = self._answer(governing, environ, original, nested, above, status, headers)
            return start_response(status, headers, exc_info)

        try:
            body = self.inner(environ, start)
        except Exception as error:
            answer = None if nested else self._debug_answer(governing, environ, original, error)
            if answer is None:
                raise
            # Where the app has started its answer, the server must be told why (PEP 3333).
            why = sys.exc_info() if started else None
            start_response("500 Internal Server Error", answer[0], why)
            return [answer[1]]
        environ[_NESTED] = above
        return body

    def _remember(self, environ: Environ) -> Environ:
        """`environ` as it came, which whatever is further in may change."""
        if self.wrapped_before:
            environ[_REACHED] = []
        return environ.copy()

    def _is_own(self, environ: Environ) -> bool:
        """Whether this app, and not just another that is mounted under it, had the request."""
        return not self.wrapped_before or self.app in environ[_REACHED]

    def _answer(
        self,
        governing: Governing,
        environ: Environ,
        original: Environ,
        nested: list[object],
        above: list[object],
        status: str,
        headers: list[Header],
    ) -> list[Header]:
        """The `headers` of an actual response as what governs it wants them.

        :param above: what `nested` is to the app that this one is nested in; the same without one.
        """
        answered = self._own_answer(governing, environ, original, nested, status, headers)
        if above is not nested:
            above.append(_UNTOUCHED if answered is headers else allow_origin_of(answered))
        return answered

    def _own_answer(
        self,
        governing: Governing,
        environ: Environ,
        original: Environ,
        nested: list[object],
        status: str,
        headers: list[Header],
    ) -> list[Header]:
        scope = governing.only
        if scope is None:
            if not self._is_own(environ):
                return headers
            scope = governing.scope_of_response(environ, original, status)
        policy = _NOBODY if scope is None else scope.compiled
        if policy is None:  # disabled
            return headers
        if nested:
            # Another app's policy has answered for what may be this response's content.
            if _UNTOUCHED in nested or (allow_origin_of(headers) or _UNTOUCHED) in nested:
                return headers
            if None in nested:
                policy = _NOBODY
        return self._governed(headers, policy, environ)

    def _governed(
        self, headers: list[Header], policy: CompiledPolicy, environ: Environ
    ) -> list[Header]:
        """`headers` of an actual response as `policy` wants them."""
        added = policy.added[environ.get("HTTP_ORIGIN")]
        if added is None:
            allowed = self._may_read(policy, environ["HTTP_ORIGIN"], environ)
            added = actual_headers(policy, environ["HTTP_ORIGIN"]) if allowed else ONLY_VARY
        if has_headers_to_merge(headers):
            if self.app.debug:
                _report_replaced(headers, environ)
            return merge_headers(headers, added)
        return [*headers, *added]

    def _may_read(self, policy: CompiledPolicy, origin: str, environ: Environ) -> bool:
        """Say whether `origin`, which is not listed as it is, may read; log it if it may not."""
        if not (policy.listed.patterns or policy.checks or logs_denials()):
            return False  # and nobody asks for the reason
        reason = judge_origin(policy, origin, self._asker.ask_for(environ))
        if reason is not Reason.ALLOWED:
            log_denial(reason, environ)
        return reason is Reason.ALLOWED

    def _debug_answer(
        self, governing: Governing, environ: Environ, original: Environ, error: Exception
    ) -> tuple[list[Header], bytes] | None:
        """The headers and body that let a front end read `error`; None where it may not."""
        if not self.app.debug or not self._is_own(environ):
            return None
        scope = governing.scope_of_error(original)
        if scope is None or scope.compiled is None:
            return None
        ask = self._asker.ask_for(environ)
        text = readable_traceback(self.app, scope.compiled, environ, ask, error)
        if text is None:
            return None
        body = text.encode(errors="backslashreplace")
        return self._governed(_plain_text(body), scope.compiled, environ), body

    # Preflights.

    def _preflight(
        self, governing: Governing, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        scope = governing.only
        if scope is None:
            if self.wrapped_before:
                return self._pass_inward(governing, environ, start_response)
            method = environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"]
            scope = governing.scope_of_preflight(environ, method)
        return self._answer_preflight(scope, environ, start_response)

    def _answer_preflight(
        self, scope: Scope | None, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        if scope is None:
            return _deny(Reason.ROUTING_FAILED, [VARY_PREFLIGHT], environ, start_response)
        policy = scope.compiled
        if policy is None:  # disabled: left to Flask, whose answer nobody touches
            return self.inner(environ, start_response)
        origin = environ["HTTP_ORIGIN"]
        method = environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"]
        requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        if policy.checks or len(origin) + len(method) + len(requested) > MAX_KEPT_LENGTH:
            ask = self._asker.ask_for(environ)
            reason, headers = answer_preflight(policy, origin, method, requested, ask)
        else:
            reason, headers = kept_answer(policy, origin, method, requested)
        if reason is _ALLOWED:
            start_response(policy.preflight_status, [*headers])
            return []
        if self.app.debug:
            headers = denied_preflight_headers(policy, origin, method, reason)
        return _deny(reason, headers, environ, start_response)

    def _pass_inward(
        self, governing: Governing, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the app that a preflight is for answer it; if that is this one, answer here.

        Which app that is only the wrappers further in know.
        """
        original = self._remember(environ)
        started: list[tuple[Any, ...]] = []
        written: list[bytes] = []

        def start(*args: Any) -> Callable[[bytes], object]:
            started[:] = [args]
            return written.append

        body = self.inner(environ, start)
        chunks = iter(body)
        try:
            if not started:  # an app may start to answer with the first part of the body
                written.extend(itertools.islice(chunks, 1))
        except BaseException:
            _close(body)
            raise
        if self._is_own(environ):
            scope = governing.scope_of_preflight(original, _asked(original)[1])
            if scope is None or scope.compiled is not None:
                _close(body)
                return self._answer_preflight(scope, original, start_response)
        for each in started:
            start_response(*each)
        return ClosingIterator(itertools.chain(written, chunks), [lambda: _close(body)])

    # Explaining.

    def decide(self, environ: Environ) -> Decision:
        """What would be answered to the request in `environ`, which is not run."""
        governing = self.governing()
        preflight = is_preflight(environ)
        if preflight:
            scope = governing.scope_of_preflight(environ, _asked(environ)[1])
        else:
            method = environ["REQUEST_METHOD"]
            scope = governing.scope_of_match(governing.resolve(environ, method), environ, method)
        if scope is None:
            reason = Reason.ROUTING_FAILED if preflight else Reason.NO_MATCH
            return Decision.of(reason, None, "", (VARY_PREFLIGHT,) if preflight else ())
        if scope.compiled is None:
            return Decision.of(Reason.DISABLED, None, scope.name)
        ask = self._asker.ask_for(environ)
        if preflight:
            return decide_preflight(scope.compiled, scope.name, *_asked(environ), ask)
        return decide_actual(scope.compiled, scope.name, environ.get("HTTP_ORIGIN"), ask)


def is_preflight(environ: Environ) -> bool:
    """Say whether a request is a CORS-preflight request (Fetch standard, 3.3.2): nothing less."""
    return (
        environ["REQUEST_METHOD"] == "OPTIONS"
        and "HTTP_ORIGIN" in environ
        and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    )


def _asked(environ: Environ) -> tuple[str, str, str]:
    """What a preflight asks: its origin, and the method and the header names to come."""
    return (
        environ["HTTP_ORIGIN"],
        environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"],
        environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", ""),
    )


def _deny(
    reason: Reason, told: Sequence[Header], environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    """Refuse a preflight, with the headers that it may be `told`.

    Where they go on past the origin (in debug mode) the status is a good one: a bad one would
    be what the browser complains of, in place of what is missing.
    """
    log_denial(reason, environ)
    body, headers = _DENIALS[reason]
    status = "200 OK" if told[0][0] == ALLOW_ORIGIN else "403 Forbidden"
    start_response(status, [*headers, *told])
    return [body]


def _plain_text(body: bytes) -> list[Header]:
    return [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]


def _denial(reason: Reason) -> tuple[bytes, list[Header]]:
    body = f"{reason}: {SENTENCES[reason]}\n".encode()
    return body, _plain_text(body)


_DENIALS: Final = {reason: _denial(reason) for reason in Reason}
"""The body of each denied preflight, and the headers that tell of it."""


def _note_reached(app: Flask, **_: Any) -> None:
    """Note that `app` works on the current request (a receiver of Flask's signal)."""
    request.environ.setdefault(_REACHED, []).append(app)


def _report_replaced(headers: Iterable[Header], environ: Environ) -> None:
    names = sorted(name for name, _ in headers if is_cors_header(name))
    if not names:
        return
    logger.warning(
        "%s %s: the response already had %s, which the policy's own headers replace; "
        "state it with cors.policy, or use cors.disable here",
        shown(environ["REQUEST_METHOD"]),
        shown(path_of(environ)),
        shown(", ".join(names)),
    )


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
