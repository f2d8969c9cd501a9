"""Fixtures of all browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import waitress

from .browser import Browser
from .engines import ENGINES, WEBKIT, Engine

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Serve: TypeAlias = "Callable[[WSGIApplication, str], str]"


@pytest.fixture(
    scope="session",
    params=[pytest.param(engine, marks=pytest.mark.browser) for engine in ENGINES],
    ids=[engine.name for engine in ENGINES],
)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A browser of each engine, shared by all tests. Each test serves its pages on new ports."""
    engine: Engine = request.param
    require(engine)
    # Only WebKit treats the demo's cookies as third-party cookies.
    with engine.start(third_party_cookies=engine is WEBKIT) as started:
        yield started


def require(engine: Engine) -> None:
    """Skip the test if the machine lacks the browser; fail in continuous integration."""
    if missing := engine.missing():
        sentence = f"No {' and no '.join(missing)} here: `make browsers-install` installs it."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A function that serves an app under a host name and returns its origin."""
    with ExitStack() as undo:
        yield lambda app, host: undo.enter_context(served(app, host))


@contextmanager
def served(app: WSGIApplication, host: str) -> Iterator[str]:
    """Serve an app on loopback, on a free port."""
    channels: dict[int, Any] = {}
    server = waitress.create_server(app, map=channels, host="127.0.0.1", port=0, ident=None)
    thread = Thread(target=server.run, name=f"serve {host}", daemon=True)

    def close() -> None:
        for channel in list(channels.values()):
            channel.close()

    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(close)  # in the server's own thread, which then ends
        thread.join()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the page to a failure. Report a missing browser once, not for each test."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if call.when == "call" and report.failed and isinstance(browser, Browser):
        report.sections.append(("Browser", f"At the end, {browser.shown()}"))
    if call.when == "setup" and report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = (__file__, 0, report.longrepr[2])  # pytest groups equal ones
    return report
