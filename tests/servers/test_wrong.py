"""Servers and proxies with a mistake in their files: the contract finds each."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.ecosystem.api import APP, EVIL

from .client import Malformed
from .contract import broken_promises
from .serving import serving
from .subjects import Change
from .test_cache import visit


class Mistake(NamedTuple):
    """A mistake in the file of a subject.

    :ivar found: sentences of the contract that tell of it, up to the part that varies.
    """

    name: str
    change: Change
    found: tuple[str, ...]


ADDED = (
    f"GET /marks (200) from {APP}: CORS headers [('access-control-allow-credentials', 'true'), "
    f"('access-control-allow-origin', '*'), ('access-control-allow-origin', '{APP}')",
    f"GET /marks (200) from {EVIL}: CORS headers [('access-control-allow-origin', '*')]",
    f"PUT /upload (200) from {EVIL}: CORS headers [('access-control-allow-origin', '*')]",
)
MISTAKES = {
    "nginx-adds-a-header": Mistake(
        "nginx",
        ("location / {", "location / { add_header Access-Control-Allow-Origin * always;"),
        ADDED,
    ),
    "caddy-adds-a-header": Mistake(
        "caddy",
        ("\treverse_proxy", "\theader +Access-Control-Allow-Origin *\n\treverse_proxy"),
        ADDED,
    ),
    "haproxy-adds-a-header": Mistake(
        "haproxy",
        (
            "default_backend",
            "http-response add-header Access-Control-Allow-Origin *\ndefault_backend",
        ),
        ADDED,
    ),
    "nginx-answers-options": Mistake(
        "nginx",
        ("location / {", "location / { if ($request_method = OPTIONS) { return 204; }"),
        (
            f"preflight for PUT /marks from {EVIL}: status 204",
            "OPTIONS /marks (200) from None: status 204",
        ),
    ),
    "nginx-drops-vary": Mistake(
        "nginx",
        ("location / {", "location / { proxy_hide_header Vary;"),
        (f"GET /marks (200) from {APP}: Vary []",),
    ),
    "haproxy-refuses-options": Mistake(
        "haproxy",
        ("default_backend", "http-request deny if METH_OPTIONS\ndefault_backend"),
        (f"preflight for PUT /marks from {APP}: status 403",),
    ),
    "apache-keeps-the-token": Mistake(
        "mod_wsgi",
        ("WSGIPassAuthorization On", ""),
        (f"GET /mine (200) from {APP}: status 401, not 200",),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found(mistake: Mistake, tmp_path: Path) -> None:
    with serving(mistake.name, tmp_path, (mistake.change,)) as served:
        broken = broken_promises(served)
    for sentence in mistake.found:
        assert any(each.startswith(sentence) for each in broken), broken


def test_a_cache_that_ignores_vary_is_found(tmp_path: Path) -> None:
    change = ("proxy_cache api;", "proxy_cache api; proxy_ignore_headers Vary;")
    with serving("nginx-cache", tmp_path, (change,)) as served:
        broken, states = visit(served, APP)
    assert states == ["MISS", *["HIT"] * 15]
    assert f"GET /cached?first=0 (200) from {EVIL}: CORS headers" in "\n".join(broken)


def test_a_uwsgi_that_keeps_connections_is_found(tmp_path: Path) -> None:
    """It sends the end of a body after a preflight response, which has none."""
    change = ("master = true", "master = true\nhttp-keepalive = 1\nhttp-auto-chunked = true")
    with (
        serving("uwsgi", tmp_path, (change,)) as served,
        pytest.raises(Malformed, match=r"no status line: b'0"),
    ):
        broken_promises(served)
