"""Target: `core/headers.py`, with any headers of a view."""

from __future__ import annotations

from typing import Final

from flask_crossorigin.core.headers import (
    ALLOW_CREDENTIALS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    VARY_ORIGIN,
    VARY_PREFLIGHT,
    Header,
    allow_origin_of,
    common_headers,
    merge_headers,
)

from ..headers import names_in
from .requests import parse_lines

APP: Final = (ALLOW_ORIGIN, "https://app.example.com")
ADDED: Final[tuple[tuple[Header, ...], ...]] = (
    (VARY_ORIGIN,),
    ((ALLOW_ORIGIN, "*"),),
    ((ALLOW_ORIGIN, "*"), (EXPOSE_HEADERS, "*")),
    (APP, VARY_ORIGIN),
    (APP, (ALLOW_CREDENTIALS, "true"), (EXPOSE_HEADERS, "X-Total, X-Page"), VARY_ORIGIN),
    (APP, (EXPOSE_HEADERS, "x-page, X-Other"), VARY_ORIGIN),
    (APP, VARY_PREFLIGHT),
)
"""Headers that a policy adds."""


def check(data: bytes) -> None:
    """Merge the headers in `data` with those of each policy."""
    headers = parse_lines(data)
    for added in ADDED:
        _check_merged(headers, added)
        _check_common(headers, added)


def _is_own(header: Header) -> bool:
    return header[0].lower().startswith("access-control-") or header[0].lower() == "vary"


def _check_merged(headers: list[Header], added: tuple[Header, ...]) -> None:
    merged = merge_headers(headers, added)
    assert [each for each in merged if not _is_own(each)] == [
        each for each in headers if not _is_own(each)
    ]
    cors = [each for each in merged if each[0].lower().startswith("access-control-")]
    assert cors == [each for each in added if each[0] != "Vary"]
    assert allow_origin_of(merged) == allow_origin_of(added)

    varies = [value for name, value in [*headers, *added] if name.lower() == "vary"]
    lines = [value for name, value in merged if name.lower() == "vary"]
    assert len(lines) == (1 if varies else 0)
    assert names_in(lines) == sorted(set(names_in(varies)))
    assert merge_headers(merged, added) == merged


def _check_common(headers: list[Header], added: tuple[Header, ...]) -> None:
    """Check that two policies together allow nothing that one of them does not."""
    own = [each for each in headers if each[0] in {ALLOW_ORIGIN, EXPOSE_HEADERS}]
    for one, other in ((own, added), (added, own), (added, ADDED[5])):
        common, first, second = (dict(each) for each in (common_headers(one, other), one, other))
        if ALLOW_ORIGIN in common:
            assert first[ALLOW_ORIGIN] in {common[ALLOW_ORIGIN], "*"}
        assert common.get(ALLOW_CREDENTIALS) in {None, first.get(ALLOW_CREDENTIALS)}
        assert common.get(ALLOW_CREDENTIALS) in {None, second.get(ALLOW_CREDENTIALS)}
        exposed = set(names_in([common.get(EXPOSE_HEADERS, "")]))
        for each in (first, second):
            allowed = names_in([each.get(EXPOSE_HEADERS, "")])
            assert allowed == ["*"] or exposed <= set(allowed)
