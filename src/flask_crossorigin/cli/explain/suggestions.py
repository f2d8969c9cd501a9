"""What to change, in code, so that a browser would let a page read what it blocks."""

from collections.abc import Collection

from ...browser.blocked import Blocked
from ...core.decision import Decision, Reason
from ...core.fetch_standard import NULL_ORIGIN


def change(blocked: Blocked, configured: Collection[str] = ()) -> str:
    """What to write, so that it would be allowed; empty where no policy would allow it.

    :param configured: the settings of the app's policy that its config states.
    """
    exchange = blocked.exchanges[-1] if blocked.exchanges else None
    if exchange is None or exchange.decision is None:
        return ""
    decision, asked = exchange.decision, dict(exchange.request_headers)
    if decision.reason is Reason.DISABLED:
        return _in_place_of_disabling(blocked.reason, decision.scope, asked.get("Origin", ""))
    method = asked.get("Access-Control-Request-Method", "")
    if decision.reason is Reason.METHOD_NOT_ALLOWED and method != method.upper():
        return f"In the script: method: {method.upper()!r}, as methods are compared exactly."
    setting = _setting(blocked.reason, decision, asked)
    name, _, value = setting.partition("=")
    if decision.scope == "app" and name in configured:
        return f"In the config: CORS_{name.upper()} = {value}"
    return f"In code: {_statement(decision.scope, setting)}" if setting else ""


def _in_place_of_disabling(blocked: str, scope: str, origin: str) -> str:
    """The policy that a scope would have to have, which has none."""
    if origin in ("", NULL_ORIGIN) or not blocked.startswith(("allow-", "preflight-")):
        return ""
    stated = _statement(scope, f"origins=[{origin!r}]")
    kind, _, name = scope.partition(" ")
    disabled = {
        "prefix": f'cors.disable("{name}")',
        "blueprint": f"cors.disable({name.rpartition('.')[2]})",
    }.get(kind, "@cors.disable")
    return f"In code: {stated}, in place of {disabled}"


def _setting(blocked: str, decision: Decision, asked: dict[str, str]) -> str:
    """The setting of the policy that would have to be another."""
    policy, origin = decision.policy, asked.get("Origin")
    if policy is None:
        return ""
    if blocked == "allow-credentials-not-true" and not policy.credentials:
        return "credentials=True"
    if origin == NULL_ORIGIN:
        return ""
    if blocked == "allow-origin-wildcard" and policy.origins == "*":
        return f"origins=[{origin!r}], credentials=True"
    if decision.reason is Reason.ORIGIN_NOT_ALLOWED:
        return f"origins=[..., {origin!r}]"
    if decision.reason is Reason.METHOD_NOT_ALLOWED:
        return f"methods=[..., {asked['Access-Control-Request-Method']!r}]"
    if decision.reason is Reason.HEADER_NOT_ALLOWED:
        names = asked["Access-Control-Request-Headers"].split(",")
        return f"request_headers=[..., {', '.join(repr(name) for name in names)}]"
    return ""


def _statement(scope: str, setting: str) -> str:
    """The statement that `setting` belongs into."""
    kind, _, name = scope.partition(" ")
    if kind == "prefix":
        return f'cors.apply("{name}", {setting})'
    if kind == "blueprint":
        return f"cors.apply({name.rpartition('.')[2]}, {setting})"
    if kind in ("view", "method"):
        return f"@cors.policy({setting}) on the {scope}"
    return f"CrossOrigin(app, {setting})"
