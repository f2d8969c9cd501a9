"""Log lines: nothing that a client or an exception says can look like a line of its own."""

import io
import logging
import sys
from typing import Any

import pytest
from flask import Flask, Request, request

from flask_crossorigin import CrossOrigin, events
from flask_crossorigin.events import log_exception

from .conftest import APP, call

FORGED = "/a%0aCRITICAL root FORGED%1b[31m%E2%80%AEx"
"""A path with a line break, an escape sequence and a change of direction."""


@pytest.fixture
def log() -> Any:
    """What handlers of the standard library write of each record."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def assert_safe(text: str) -> None:
    """One record, whose lines are the formatter's own, and nothing that a terminal obeys."""
    lines = text.splitlines()
    assert [line for line in lines if line.startswith(("CRITICAL", "ERROR"))] == lines[:1]
    assert all(line.isprintable() for line in lines)
    assert "FORGED\\x1b[31m\\u202ex" in lines[-1]


def test_what_a_function_for_origins_raises_forges_no_line(app: Flask, log: io.StringIO) -> None:
    def broken(_: str, request: Request) -> bool:
        raise LookupError(request.path)

    CrossOrigin(app, origins=broken)
    call(app, "GET", FORGED, APP)
    assert_safe(log.getvalue())


def test_what_a_view_raises_in_debug_mode_forges_no_line(app: Flask, log: io.StringIO) -> None:
    def fails(path: str) -> str:
        raise LookupError(request.path)

    app.add_url_rule("/<path>", "fails", fails)
    app.debug = True
    CrossOrigin(app, origins=[APP])
    assert call(app, "GET", FORGED, APP).status_code == 500
    assert_safe(log.getvalue())


def own_logger(level: int = logging.NOTSET) -> logging.Logger:
    """A logger without a parent, for one test."""
    return logging.Logger("own", level)  # noqa: LOG001


def written(error: BaseException) -> list[str]:
    """The lines that a handler writes of `error`."""
    stream = io.StringIO()
    logger = own_logger()
    logger.addHandler(logging.StreamHandler(stream))
    log_exception(logger, error, "%s failed", "it")
    first, *lines = stream.getvalue().splitlines()
    assert first == "it failed"
    return lines


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """The same after it was raised."""
    try:
        if cause is None:
            raise error
        raise error from cause
    except BaseException as caught:
        return caught


START = "Traceback (most recent call last):"


def test_a_record_has_the_exception_and_the_place_of_the_call() -> None:
    records: list[logging.LogRecord] = []
    logger = own_logger()
    logger.addFilter(lambda record: records.append(record) or False)
    error = raised(ValueError("a\nb"))
    log_exception(logger, error, "%s failed", "it")
    (record,) = records
    assert record.exc_info == (ValueError, error, error.__traceback__)
    assert (record.getMessage(), record.levelname, record.name) == ("it failed", "ERROR", "own")
    assert (record.pathname, record.funcName) == (
        __file__,
        "test_a_record_has_the_exception_and_the_place_of_the_call",
    )


def test_nothing_is_formatted_where_nobody_listens() -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise AssertionError("it was formatted")

    logger = own_logger(logging.CRITICAL)
    logger.addFilter(lambda record: pytest.fail("it was logged"))
    log_exception(logger, Silent(), "it failed")


def test_a_traceback_is_that_of_python_but_for_line_breaks_in_messages() -> None:
    lines = written(raised(ValueError("a\nb")))
    assert lines[0] == START
    assert lines[1].startswith(f'  File "{__file__}", line ')
    assert lines[2] == "    raise error"
    assert lines[-1] == "ValueError: a\\nb"


def test_what_led_to_an_exception_is_told_before_it() -> None:
    lines = written(raised(ValueError("last"), raised(KeyError("first"))))
    between = lines.index("The above exception was the direct cause of the following exception:")
    assert (lines[between - 1], lines[between + 1], lines[-1]) == (
        "KeyError: 'first'", START, "ValueError: last"
    )  # fmt: skip


def test_what_was_being_handled_is_told_unless_it_is_suppressed() -> None:
    link = "During handling of the above exception, another exception occurred:"
    error = ValueError("last")
    error.__context__ = KeyError("first")
    assert written(error) == [START, "KeyError: 'first'", link, START, "ValueError: last"]
    error.__suppress_context__ = True
    assert written(error) == [START, "ValueError: last"]


def test_a_chain_ends_where_it_leads_back_or_is_too_long() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert written(one)[1::3] == ["ValueError: other", "ValueError: one"]
    last = ValueError("last")
    for number in range(500):
        following = ValueError(number)
        following.__context__ = last
        last = following
    assert sum(line.startswith("ValueError") for line in written(last)) == 32


def test_an_exception_that_can_not_be_shown_is_logged_all_the_same() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "Broken: <exception str() failed>" in written(Broken())[-1]


def test_what_an_error_of_syntax_quotes_is_one_line() -> None:
    with pytest.raises(SyntaxError) as caught:
        compile("CRITICAL root FORGED (", "a\nCRITICAL root FORGED", "exec")
    lines = written(caught.value)
    assert "SyntaxError: " in lines[-1]
    assert not any(line.startswith("CRITICAL") for line in lines)


def test_the_members_of_a_group_are_told_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by a Python that has no groups itself."""

    class Group(Exception):
        exceptions: tuple[Exception, ...] = (ValueError("a\nb"), KeyError("c"))

    group = Group("many")
    group.exceptions = (*group.exceptions, group.exceptions[0])
    monkeypatch.setattr(events, "_GROUP", Group)
    assert written(group) == [
        START,
        f"{__name__}.{Group.__qualname__}: many",
        f"  | {START}",
        "  | ValueError: a\\nb",
        f"  | {START}",
        "  | KeyError: 'c'",
    ]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="notes and groups are of Python 3.11")
def test_notes_and_the_members_of_a_group_are_told() -> None:
    member: Any = raised(ValueError("a\nb"))
    group: Any = raised(eval("ExceptionGroup")("many", [member, KeyError("c"), member]))
    group.add_note("x\ny")
    lines = written(group)
    at = lines.index("ExceptionGroup: many (3 sub-exceptions)\\nx\\ny")
    assert lines[at + 1] == f"  | {START}"
    assert lines[at + 2 :][-3:] == ["  | ValueError: a\\nb", f"  | {START}", "  | KeyError: 'c'"]
