"""Changes that would let a blocked request through: in code, in the config, or elsewhere."""

from typing import Final

from ...browser.blocked import Blocked
from ...browser.exchange import Exchange, combined, comparable
from ...browser.server_reasons import denial_of
from ...core.decision import Outcome, Reason
from ...core.fetch_standard import NULL_ORIGIN
from ...core.headers import ALLOW_ORIGIN
from ...core.policy import Policy
from ...scopes.scope import Scope
from .explanation import Explanation
from .intermediaries import has_headers_of

_FIX_FINDINGS: Final = "First fix the warnings above."


def advice_for(explanation: Explanation, blocked: Blocked) -> str:
    """Return the change to write, and what to do before it; without a change, the hint."""
    change = suggest_change(explanation, blocked)
    if not change:
        return hint_for(explanation, blocked)
    if explanation.first_check:
        change = f"{explanation.first_check} {change}"
    return f"{_FIX_FINDINGS} {change}" if explanation.findings_in_fetch else change


def hint_for(explanation: Explanation, blocked: Blocked) -> str:
    """Return what to do, in general terms."""
    if not blocked.exchanges:
        return blocked.hint
    last = blocked.exchanges[-1]
    if _only_local_app_allows(explanation, blocked, last):
        what = (
            "Fix the warnings above, or deploy the local app."
            if explanation.findings_in_fetch
            else "The server probably runs another app, or something in front of it interferes."
        )
        return f"The local app would allow the request. {what}"
    # If nothing says why the header is missing, the origin need not be the cause.
    unexplained = blocked.reason == "allow-origin-missing" and not _has_reason(last)
    if explanation.findings_in_fetch:
        return _FIX_FINDINGS if unexplained else f"{_FIX_FINDINGS} {blocked.hint}"
    if unexplained and explanation.server and explanation.app is None:
        origin = combined(last.request_headers, "Origin")
        return f"Make the server respond to {last.method} with {ALLOW_ORIGIN}: {origin}"
    return blocked.hint


def suggest_change(explanation: Explanation, blocked: Blocked) -> str:
    """Return the line to write so that the request is allowed; empty if no policy allows it."""
    exchange = blocked.exchanges[-1] if blocked.exchanges else None
    if exchange is None or exchange.decision is None:
        return ""
    decision, requested = exchange.decision, dict(exchange.request_headers)
    scope = explanation.scopes.get(decision.scope)
    if scope is None:
        return ""
    if decision.policy is None:  # the scope is disabled
        return _instead_of_disabling(blocked.reason, scope, requested.get("Origin", ""))
    method = requested.get("Access-Control-Request-Method", "")
    if decision.reason is Reason.METHOD_NOT_ALLOWED and method != method.upper():
        return f"In the script: method: {method.upper()!r} (methods are case-sensitive)."
    settings = _settings(blocked.reason, decision.reason, decision.policy, requested)
    from_config = explanation.configured if scope.kind == "app" else ()
    config = [f"CORS_{name.upper()} = {settings[name]}" for name in settings if name in from_config]
    code = {name: settings[name] for name in settings if name not in from_config}
    parts = [f"In the config: {', '.join(config)}"] if config else []
    parts += [f"In code: {_declaration(scope, code)}"] if code else []
    return ". ".join(parts)


def _only_local_app_allows(explanation: Explanation, blocked: Blocked, last: Exchange) -> bool:
    """Return whether the local app would allow what the response of the server blocks."""
    decision = comparable(last) if explanation.server else None
    if decision is None or decision.outcome is not Outcome.ALLOWED:
        return False
    if suggest_change(explanation, blocked):
        return False
    refused = blocked.reason in ("preflight-status", "preflight-redirected")
    return refused or not has_headers_of(decision, last)


def _has_reason(exchange: Exchange) -> bool:
    """Return whether the local app, or the server in its response, gives a reason for denial."""
    decision = exchange.decision
    if decision is not None and decision.outcome is Outcome.DENIED:
        return True
    return denial_of(exchange) is not None


def _instead_of_disabling(blocked: str, scope: Scope, origin: str) -> str:
    """Return the policy to set for a disabled scope."""
    if origin in ("", NULL_ORIGIN) or not blocked.startswith(("allow-", "preflight-")):
        return ""
    policy = _declaration(scope, {"origins": f"[{origin!r}]"})
    disabled = {
        "prefix": f'cors.disable("{scope.target}")',
        "blueprint": f"cors.disable({_variable(scope)})",
    }.get(scope.kind, "@cors.disable")
    return f"In code: {policy}, instead of {disabled}"


def _settings(
    blocked: str, denied: Reason, policy: Policy, requested: dict[str, str]
) -> dict[str, str]:
    """Return the settings that `policy` needs, with their values as code; none if none helps.

    :param blocked: reason of the browser.
    :param denied: reason of the app.
    :param requested: headers of the last request.
    """
    origin = requested.get("Origin")
    if blocked == "allow-credentials-not-true" and policy.credentials is not True:
        return {"credentials": f"[..., {origin!r}]" if policy.credentials else "True"}
    if origin == NULL_ORIGIN:
        return {}
    if blocked == "allow-origin-wildcard" and policy.origins == "*":
        return {"credentials": f"[{'..., ' if policy.credentials else ''}{origin!r}]"}
    if denied is Reason.ORIGIN_NOT_ALLOWED:
        return {"origins": f"[..., {origin!r}]"}
    if denied is Reason.METHOD_NOT_ALLOWED:
        return {"methods": f"[..., {requested['Access-Control-Request-Method']!r}]"}
    if denied is Reason.HEADER_NOT_ALLOWED:
        names = requested["Access-Control-Request-Headers"].split(",")
        return {"request_headers": f"[..., {', '.join(repr(name) for name in names)}]"}
    return {}


def _declaration(scope: Scope, settings: dict[str, str]) -> str:
    """Return the call or the decorator that the `settings` belong in."""
    arguments = ", ".join(f"{name}={value}" for name, value in settings.items())
    if scope.kind == "prefix":
        return f'cors.apply("{scope.target}", {arguments})'
    if scope.kind == "blueprint":
        return f"cors.apply({_variable(scope)}, {arguments})"
    if scope.kind in ("view", "method"):
        return f"@cors.policy({arguments}) on the {scope.name}"
    # The app's own policy must name its origins: without them, the call would be an error.
    return f"CrossOrigin(app, {'' if 'origins' in settings else '..., '}{arguments})"


def _variable(scope: Scope) -> str:
    """Return the likely variable of a blueprint: its name, without those it is nested in."""
    return scope.target.rpartition(".")[2]
