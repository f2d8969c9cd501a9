"""The WSGI wrapper: the only place that writes headers, and the one that answers preflights.

It stands outside everything that Flask does with a request, so that no error, redirect, hook or
static file leaves it out; and a preflight never gets in.
"""

from __future__ import annotations

import logging
import secrets
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from flask import Flask, Response, got_request_exception, request, request_finished

from .asking import Asker, log_denial, shown
from .core.compiled import VARY_PREFLIGHT, CompiledPolicy, Header, compile_policy
from .core.decision import (
    ONLY_VARY,
    Decision,
    Reason,
    actual_headers,
    decide_actual,
    decide_preflight,
    judge_origin,
    listed_headers,
)
from .core.errors import CrossOriginWarning, PolicyError, PolicyProblem
from .core.headers import (
    ORDINARY_NAMES,
    allow_origin_of,
    has_headers_to_merge,
    is_cors_header,
    merge_headers,
)
from .core.kept import MAX_KEPT_LENGTH
from .core.policy import Policy
from .debug import readable_traceback
from .governing import Governing
from .heldback import HeldBack
from .preflights import (
    DENIALS,
    Answer,
    Asked,
    answer_preflight,
    asked_by,
    plain_text,
    readable_denial,
)
from .routing import Environ, Router, path_of
from .scopes import Scope, ScopeTable
from .strangers import other_cors_layers

logger: Final = logging.getLogger("flask_crossorigin")

StartResponse: TypeAlias = Callable[..., Any]
WSGIApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]

_NESTED: Final = "flask_crossorigin.nested"
"""Environment key: a list, which copies of the environment share, of the allow-origin that each
app under a wrapper has answered the request with: when a view forwards it, say."""
_RAISED: Final = "flask_crossorigin.raised"
"""Environment key: the apps that raised what the request fails for, where others may have."""
_MADE_BY: Final = "X-Flask-Crossorigin-Made-By"
"""A response header that tells an app's own responses from those of others: never sent."""
_NOTHING: Final[Environ] = {}
_UNTOUCHED: Final = object()
"""In that list: a response that was left as it is."""
_ALLOWED: Final = Reason.ALLOWED
_INFO: Final = logging.INFO
_NOBODY: Final = compile_policy(Policy(origins=()))
"""What governs the app's own response where nothing else can be said: it allows no origin."""


class CrossOriginMiddleware:
    """Wraps ``app.wsgi_app``: finds what governs each response and preflight, and answers so.

    :ivar policy: the app's own.
    :ivar inner: what was wrapped.
    :ivar wrapped_before: whether ``app.wsgi_app`` had been replaced before.
    :ivar shared: whether `inner` is more than the app itself: it may then hold other apps, whose
        responses are theirs.
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
        self.shared: bool = wrapped_before or type(app).wsgi_app is not Flask.wsgi_app
        self._maker = secrets.token_hex()
        self._build_table = build_table
        self._asker = Asker(app)
        self._lock = threading.RLock()  # a signal's handler may reconfigure amid that
        self._router: Router | None = None
        self._governing: Governing | None = None
        self._problems: list[PolicyProblem] = []
        if self.shared:
            request_finished.connect(self._note_made, app)
            got_request_exception.connect(_note_raised, app)

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
            while self._governing is None:
                policy, frozen = self.policy, self._freeze()
                if policy is self.policy:  # else a signal's handler has replaced it meanwhile
                    self._governing = frozen
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
        return Governing(self.app, self._router, table, shared=self.shared)

    def reconfigure(self, change: Callable[[Policy], Policy]) -> None:
        """Let what `change` makes of the app's policy govern all requests from now on.

        :raises PolicyError: if any scope can't be; then nothing has changed.
        """
        with self._lock:
            while True:
                before = self.policy
                policy = change(before)
                table = self._build_table(self.app, policy)
                if before is self.policy:  # else a signal's handler has replaced it meanwhile
                    break
            problems = table.problems
            if self._router is None:  # the rules that a prefix needs may still come
                problems = [each for each in problems if each.code != "prefix-without-rule"]
            if problems:
                raise PolicyError(problems)
            self.policy = policy
            self._problems = []
            if self._router is not None:
                self._governing = Governing(self.app, self._router, table, shared=self.shared)

    # Requests.

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        # Read once: one response is governed by one policy, whatever is replaced meanwhile.
        governing = self._governing or self.governing()
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            asked = asked_by(environ)
            if asked is not None:
                return self._preflight(governing, asked, environ, start_response)
        origin = environ.get("HTTP_ORIGIN")
        policy = governing.policy
        added, came = None, _NOTHING
        if policy is not None:
            added = policy.for_everyone or policy.added.get(origin) or _added(policy, origin)
        elif governing.general:
            return self._respond(governing, environ, start_response)
        elif governing.by_path:
            came = {"REQUEST_METHOD": method, "PATH_INFO": environ.get("PATH_INFO", "")}
        else:
            came = environ.copy()
        nested: list[object] = []
        if environ.setdefault(_NESTED, nested) is not nested:
            return self._respond(governing, environ, start_response)

        # What most responses need, and no more, is here; all else is in `_answer`. What it is
        # about is bound as defaults: a variable of a closure costs as much as a look-up.
        def start(
            status: str,
            headers: list[Header],
            exc_info: Any = None,
            added: tuple[Header, ...] | None = added,
            nested: list[object] = nested,
            start_response: StartResponse = start_response,
            this: CrossOriginMiddleware = self,
            governing: Governing = governing,
            environ: Environ = environ,
            origin: str | None = origin,
            came: Environ = came,
        ) -> Any:
            if added is None:
                added = governing.added_by_rule(environ, origin)
            if added is not None and not nested:
                for name, _ in headers:
                    if name not in ORDINARY_NAMES:
                        break  # it may have to be merged
                else:
                    return start_response(status, [*headers, *added], exc_info)
            original = _original(environ, origin, came)
            headers = this._answer(governing, environ, original, nested, nested, status, headers)
            return start_response(status, headers, exc_info)

        return self.inner(environ, start)

    def _respond(
        self, governing: Governing, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The same where other apps are under this one or over it, and in debug mode."""
        nested: list[object] = []
        above = environ.get(_NESTED, nested)
        environ[_NESTED] = nested
        original = environ.copy()
        started = False

        def start(status: str, headers: list[Header], exc_info: Any = None) -> Any:
            nonlocal started
            started = True
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
        finally:
            environ[_NESTED] = above
        return body

    def _note_made(self, _: Flask, response: Response, **__: Any) -> None:
        """Mark a response of the app's own (a receiver of Flask's signal)."""
        response.headers.set(_MADE_BY, self._maker)

    def _own(self, headers: list[Header]) -> list[Header] | None:
        """The `headers` of a response that the app itself has made; None where another has."""
        if not self.shared:
            return headers
        others = [each for each in headers if each[1] != self._maker]
        return others if len(others) < len(headers) else None

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
        own = self._own(headers)
        answered = headers
        if own is not None:
            answered = self._own_answer(governing, environ, original, nested, status, own)
            headers = own
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
        scope = governing.only or governing.scope_of_response(environ, original, status)
        policy = _NOBODY if scope is None else scope.compiled
        if policy is None:  # disabled
            return headers
        if nested:
            return self._answer_over(nested, headers, policy, original)
        return self._governed(headers, policy, original)

    def _answer_over(
        self,
        nested: list[object],
        headers: list[Header],
        policy: CompiledPolicy,
        original: Environ,
    ) -> list[Header]:
        """The same where other apps' policies have answered for what may be its content."""
        if _UNTOUCHED in nested:
            return headers
        if None in nested:  # what one of them denies no other opens
            return self._governed(headers, _NOBODY, original)
        if allow_origin_of(headers) not in nested:
            headers = self._governed(headers, policy, original)
        if any(each != "*" for each in nested):  # then it depends on the origin, whatever it says
            kept = [each for each in headers if is_cors_header(each[0])]
            headers = merge_headers(headers, [*kept, *ONLY_VARY])
        return headers

    def _governed(
        self, headers: list[Header], policy: CompiledPolicy, original: Environ
    ) -> list[Header]:
        """`headers` of an actual response as `policy` wants them."""
        added = listed_headers(policy, original.get("HTTP_ORIGIN"))
        if added is None:
            added = self._asked_headers(policy, original)
        if has_headers_to_merge(headers):
            if self.app.debug:
                _report_replaced(headers, original)
            return merge_headers(headers, added)
        return [*headers, *added]

    def _asked_headers(self, policy: CompiledPolicy, original: Environ) -> tuple[Header, ...]:
        """What is added where no list allows the origin: functions may."""
        origin = original["HTTP_ORIGIN"]
        reason = judge_origin(policy, origin, self._asker.ask_for(original))
        if reason is _ALLOWED:
            return actual_headers(policy, origin)
        log_denial(reason, original)
        return ONLY_VARY

    def _debug_answer(
        self, governing: Governing, environ: Environ, original: Environ, error: Exception
    ) -> tuple[list[Header], bytes] | None:
        """The headers and body that let a front end read `error`; None where it may not."""
        if not self.app.debug or (self.shared and self.app not in environ.get(_RAISED, ())):
            return None
        scope = governing.scope_of_error(original)
        if scope is None or scope.compiled is None:
            return None
        ask = self._asker.ask_for(original)
        text = readable_traceback(self.app, scope.compiled, original, ask, error)
        if text is None:
            return None
        body = text.encode(errors="backslashreplace")
        return self._governed(plain_text(body), scope.compiled, original), body

    # Preflights.

    def _preflight(
        self, governing: Governing, asked: Asked, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        scope = governing.only
        if scope is None:
            if governing.shared:
                return self._pass_inward(governing, asked, environ, start_response)
            scope = governing.scope_of_preflight(environ, asked[1])
        return self._answer_preflight(governing, scope, asked, environ, start_response)

    def _answer_preflight(
        self,
        governing: Governing,
        scope: Scope | None,
        asked: Asked,
        environ: Environ,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        if scope is None:
            log_denial(Reason.ROUTING_FAILED, environ)
            return _send(DENIALS[Reason.ROUTING_FAILED], start_response)
        policy = scope.compiled
        if policy is None:  # disabled: left to Flask, whose answer nobody touches
            return self.inner(environ, start_response)
        answer = None
        if len(asked[2]) <= MAX_KEPT_LENGTH:  # to look a long one up is to read it whole
            answer = governing.answers.get((policy, asked))
        if answer is None:
            answer = answer_preflight(policy, asked, self._asker.ask_for(environ))
            if not policy.checks:
                governing.answers.keep((policy, asked), answer, *asked)
        if answer[0] is not _ALLOWED:
            if logger.isEnabledFor(_INFO):
                log_denial(answer[0], environ)
            if self.app.config["DEBUG"]:
                answer = readable_denial(policy, asked, answer[0])
        return _send(answer, start_response)

    def _pass_inward(
        self, governing: Governing, asked: Asked, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the app that a preflight is for answer it; if that is this one, answer here.

        Which app that is only the wrappers further in know.
        """
        original = environ.copy()
        answer = HeldBack(self.inner, environ)
        own = self._own(answer.headers)
        if own is not None:
            scope = governing.scope_of_preflight(original, asked[1])
            if scope is None or scope.compiled is not None:
                answer.close()
                return self._answer_preflight(governing, scope, asked, original, start_response)
        return answer.send(answer.headers if own is None else own, start_response)

    # Explaining.

    def decide(self, environ: Environ) -> Decision:
        """What would be answered to the request in `environ`, which is not run."""
        governing = self.governing()
        asked = asked_by(environ)
        if asked is not None:
            scope = governing.scope_of_preflight(environ, asked[1])
        else:
            method = environ["REQUEST_METHOD"]
            scope = governing.scope_of_match(governing.resolve(environ, method), environ, method)
        if scope is None:
            if asked is None:
                return Decision.of(Reason.NO_MATCH, None, "")
            return Decision.of(Reason.ROUTING_FAILED, None, "", (VARY_PREFLIGHT,))
        if scope.compiled is None:
            return Decision.of(Reason.DISABLED, None, scope.name)
        ask = self._asker.ask_for(environ)
        if asked is not None:
            return decide_preflight(scope.compiled, scope.name, *asked, ask)
        return decide_actual(scope.compiled, scope.name, environ.get("HTTP_ORIGIN"), ask)


def _send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    _, status, headers, body = answer
    start_response(status, [*headers])
    return body


def _added(policy: CompiledPolicy, origin: str | None) -> tuple[Header, ...] | None:
    """What an actual response carries; None where a function is to be asked, or a log told."""
    only = policy.only_exact
    if not (only is None or origin is None or origin in only or logger.isEnabledFor(_INFO)):
        return ONLY_VARY  # denied, and nobody asks why
    return listed_headers(policy, origin)


def _original(environ: Environ, origin: str | None, came: Environ) -> Environ:
    """`environ` as the request came, which hooks may have changed: with that `origin` or none.

    :param came: what else of it may count.
    """
    original = {**environ, **came, "HTTP_ORIGIN": origin}
    if origin is None:
        del original["HTTP_ORIGIN"]
    return original


def _note_raised(app: Flask, **_: Any) -> None:
    """Note that `app` raised what the current request fails for (a receiver of Flask's signal)."""
    request.environ.setdefault(_RAISED, []).append(app)


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
