"""Target: `core/origins.py` and the messages about origins, with any text."""

from __future__ import annotations

from flask_crossorigin.core.errors import PolicyError
from flask_crossorigin.core.origin_diagnostics import closest_origin, diagnose
from flask_crossorigin.core.origins import (
    Allowlist,
    OriginPattern,
    covering_patterns,
    is_loopback_origin,
    is_serialized_origin,
    parse_pattern,
)
from flask_crossorigin.core.policy import Policy

from . import reference


def check(data: bytes) -> None:
    """Check the text that a server gives for `data`, and the one that a user writes."""
    for text in {data.decode("latin-1"), data.decode("utf-8", "surrogateescape")}:
        _check_parser(text)
        _check_allowlist(text)
        _check_policy(text)


def serialize(parts: OriginPattern) -> str:
    """Return the text of an origin or a pattern."""
    port = f":{parts.port}" if parts.port else ""
    wildcard = f"{parts.wildcard}." if parts.wildcard else ""
    return f"{parts.scheme}://{wildcard}{parts.host}{port}"


def _check_parser(text: str) -> None:
    parts = parse_pattern(text)
    if parts is not None:
        assert serialize(parts) == text
    assert is_serialized_origin(text) == reference.is_origin(text)
    if "*" in text and parts is not None:
        port = parts.port.replace("*", "")
        assert reference.is_origin(serialize(parts._replace(wildcard="", port=port)))
    if is_loopback_origin(text):
        assert reference.is_origin(text)


def _check_allowlist(text: str) -> None:
    parts = parse_pattern(text)
    for listed in (["https://*.example.com", "http://localhost:*"], ["https://app.example.com"]):
        allowed = Allowlist(listed).allows(text)
        assert allowed == reference.allows({"origins": listed}, text)
    if parts is None or "*" in text:
        return
    for pattern in covering_patterns(parts):
        if parse_pattern(pattern) is None:
            # A name without a dot has no pattern of its own, nor has one of the greatest length.
            assert len(pattern) > len(text)
            continue
        assert Allowlist([pattern]).allows(text)
        assert reference.allows({"origins": [pattern]}, text)


def _check_policy(text: str) -> None:
    try:
        policy = Policy(origins=[text], allow_null_origin=True)
    except PolicyError:
        assert parse_pattern(text) is None
        _check_hint(text)
        return
    assert policy == Policy(origins=policy.origins, allow_null_origin=True)
    assert text in {"*", "null"} or parse_pattern(text) is not None


def _check_hint(text: str) -> None:
    if text not in {"*", "null"}:
        assert diagnose(text).code.startswith("origin-")
    suggested = closest_origin(text)
    if suggested is not None:
        assert suggested != text
        assert Policy(origins=[suggested]).origins == (suggested,)
        assert closest_origin(suggested) == suggested
