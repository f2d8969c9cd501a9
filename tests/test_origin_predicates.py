"""Functions that answer for an origin: which are taken, and how they are called."""

import functools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

import pytest

from flask_crossorigin import Policy, PolicyError, PolicyProblem
from flask_crossorigin.core.origin_predicates import AllowsOrigins, OriginPredicate, make_predicate

ORIGIN = "https://app.example.com"
REQUEST = object()


def check_of(item: object) -> OriginPredicate:
    check = make_predicate(item)
    assert isinstance(check, OriginPredicate)
    return check


def problem_of(item: object) -> PolicyProblem:
    found = make_predicate(item)
    assert isinstance(found, PolicyProblem)
    return found


def answer(item: object) -> bool:
    return check_of(item).allows(ORIGIN, lambda: REQUEST)


# What is called, and with what.


class Asked:
    """Notes what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def note(self, *args: object) -> bool:
        self.calls.append(args)
        return True


def with_one(asked: Asked) -> object:
    return lambda origin: asked.note(origin)


def with_optional_second(asked: Asked) -> object:
    return lambda origin, cache=None: asked.note(origin)


def with_keyword_only_default(asked: Asked) -> object:
    return lambda origin, *, cache=None: asked.note(origin)


def with_any_number(asked: Asked) -> object:
    return asked.note


def with_two(asked: Asked) -> object:
    return lambda origin, tenant: asked.note(origin, tenant)


def with_optional_request(asked: Asked) -> object:
    return lambda origin, request=None: asked.note(origin, request)


def with_request_and_optional_third(asked: Asked) -> object:
    return lambda origin, request, cache=None: asked.note(origin, request)


def with_partial(asked: Asked) -> object:
    return functools.partial(lambda table, origin, request: asked.note(origin, request), {})


def with_call_method(asked: Asked) -> object:
    class Tenants:
        def __call__(self, origin: str) -> bool:
            return asked.note(origin)

    return Tenants()


def with_allows(asked: Asked) -> object:
    class Tenants:
        def allows(self, origin: str) -> bool:
            return asked.note(origin)

    return Tenants()


def with_allows_and_request(asked: Asked) -> object:
    class Tenants:
        def allows(self, origin: str, request: object) -> bool:
            return asked.note(origin, request)

    return Tenants()


def with_allows_before_call(asked: Asked) -> object:
    class Both:
        def __call__(self, origin: str) -> bool:
            raise AssertionError(origin)

        def allows(self, origin: str) -> bool:
            return asked.note(origin)

    return Both()


def without_signature(asked: Asked) -> object:
    """As some built-in functions are: they tell nothing of themselves."""

    class Silent:
        __signature__ = 42

        def __call__(self, *args: object) -> bool:
            return asked.note(*args)

    return Silent()


Make = Callable[[Asked], object]


@pytest.mark.parametrize(
    "make",
    [
        with_one,
        with_optional_second,
        with_keyword_only_default,
        with_any_number,
        with_call_method,
        with_allows,
        with_allows_before_call,
        without_signature,
    ],
)
def test_function_of_the_origin_is_called_with_the_origin(make: Make) -> None:
    asked = Asked()
    answer(make(asked))
    assert asked.calls == [(ORIGIN,)]


@pytest.mark.parametrize(
    "make",
    [
        with_two,
        with_optional_request,
        with_request_and_optional_third,
        with_partial,
        with_allows_and_request,
    ],
)
def test_function_that_asks_for_the_request_gets_it(make: Make) -> None:
    asked = Asked()
    answer(make(asked))
    assert asked.calls == [(ORIGIN, REQUEST)]


@pytest.mark.parametrize(("make", "wants"), [(with_one, False), (with_two, True)])
def test_whether_the_request_is_wanted_is_settled_at_start_up(make: Make, wants: bool) -> None:
    assert check_of(make(Asked())).takes_request is wants


def test_request_is_not_made_for_a_function_that_does_not_ask_for_it() -> None:
    def refuse() -> object:
        raise AssertionError

    assert check_of(lambda origin: True).allows(ORIGIN, refuse)


def test_check_remembers_what_was_written() -> None:
    tenants = with_allows(Asked())
    assert check_of(tenants).written is tenants


def test_object_with_allows_is_of_the_protocol() -> None:
    assert isinstance(with_allows(Asked()), AllowsOrigins)


# Answers.


@pytest.mark.parametrize("given", [True, 1, re.match("a", "a")], ids=["True", "1", "a match"])
def test_true_answer_allows(given: object) -> None:
    assert answer(lambda origin: given) is True


@pytest.mark.parametrize("given", [False, 0, "", None, []], ids=repr)
def test_false_answer_does_not_allow(given: object) -> None:
    assert answer(lambda origin: given) is False


def test_exception_is_passed_on() -> None:
    def fails(origin: str) -> bool:
        raise LookupError(origin)

    with pytest.raises(LookupError, match=re.escape(ORIGIN)):
        answer(fails)


def test_coroutine_is_no_answer() -> None:
    async def later() -> bool:
        return True

    with pytest.raises(TypeError, match="coroutine"):
        answer(lambda origin: later())


def test_awaitable_object_is_no_answer() -> None:
    class Later(Awaitable[bool]):
        def __await__(self) -> Generator[Any, None, bool]:
            yield
            return True

    with pytest.raises(TypeError, match="must return"):
        answer(lambda origin: Later())


# Regular expressions.


def test_full_match_of_a_pattern_is_a_function_like_any() -> None:
    assert answer(re.compile(r"https://[a-z]+\.example\.com").fullmatch)


def test_full_match_of_a_pattern_lets_no_longer_text_through() -> None:
    check = check_of(re.compile(r"https://[a-z]+\.example\.com").fullmatch)
    assert not check.allows("https://app.example.com.evil.example", lambda: REQUEST)


PATTERN = re.compile("https://app[.]example[.]com")


@pytest.mark.parametrize(
    "item", [PATTERN, PATTERN.match, PATTERN.search], ids=["itself", "match", "search"]
)
def test_unanchored_pattern_is_an_error_that_names_fullmatch(item: object) -> None:
    found = problem_of(item)
    assert (found.code, found.value) == ("origins-regex", item)
    assert "re.compile(...).fullmatch" in found.hint


@pytest.mark.parametrize(
    "item", [PATTERN.findall, PATTERN.finditer, PATTERN.split], ids=["findall", "finditer", "split"]
)
def test_method_of_a_pattern_that_answers_yes_to_more_is_an_error(item: object) -> None:
    """`finditer` and `split` answer with something true whatever the origin is."""
    assert problem_of(item).code == "origins-regex"


# What is refused.


class Tenants:
    def allows(self, origin: str) -> bool:
        return True


class AsyncTenants:
    async def allows(self, origin: str) -> bool:
        return True


class AsyncCall:
    async def __call__(self, origin: str) -> bool:
        return True


async def asynchronous(origin: str) -> bool:
    return True


def nothing() -> bool:
    return True


def three(origin: str, request: object, more: object) -> bool:
    return True


def keyword_only(origin: str, *, request: object) -> bool:
    return True


REFUSED = [
    ("origins-callable-class", Tenants, "`allows`"),
    ("origins-callable-class", bool, "function"),
    ("origins-callable-async", asynchronous, "plain function"),
    ("origins-callable-async", AsyncTenants(), "plain function"),
    ("origins-callable-async", AsyncCall(), "plain function"),
    ("origins-callable-async", functools.partial(asynchronous), "plain function"),
    ("origins-callable-signature", nothing, "one parameter"),
    ("origins-callable-signature", three, "two"),
    ("origins-callable-signature", keyword_only, "two"),
]


@pytest.mark.parametrize(
    ("code", "item", "fix"),
    REFUSED,
    ids=["class", "built-in class", "async function", "async allows", "async call",
         "partial of async", "no parameter", "three parameters", "request by keyword"],
)  # fmt: skip
def test_function_that_can_not_answer_is_an_error_with_its_fix(
    code: str, item: object, fix: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins=item)  # type: ignore[arg-type]
    (found,) = caught.value.errors
    assert (found.code, found.field, found.value) == (code, "origins", item)
    assert fix in found.hint


def test_async_generator_function_is_an_error() -> None:
    """What it returns is always true and is not even awaitable: it would let everyone in."""

    async def tenants(origin: str) -> AsyncIterator[bool]:
        yield False

    assert problem_of(tenants).code == "origins-callable-async"


def test_generator_function_is_an_error() -> None:
    """What it returns is always true: it would let everyone in."""

    def tenants(origin: str) -> Iterator[bool]:
        yield False

    assert isinstance(make_predicate(tenants), PolicyProblem)


@pytest.mark.parametrize(
    "given",
    [(each for each in "a"), iter("a"), map(str, "a"), filter(None, "a")],
    ids=["generator", "iterator", "map", "filter"],
)
def test_iterator_is_no_answer(given: object) -> None:
    """It is always true, whatever it yields: a forgotten any() would let everyone in."""
    with pytest.raises(TypeError):
        answer(lambda origin: given)


def test_async_generator_is_no_answer() -> None:
    async def tenants(origin: str) -> AsyncIterator[bool]:
        yield False

    with pytest.raises(TypeError):
        answer(lambda origin: tenants(origin))


class NotCallable:
    allows = True


@pytest.mark.parametrize("item", [1, None, b"x", {}, NotCallable()], ids=type)
def test_what_is_no_function_is_left_to_others(item: object) -> None:
    assert make_predicate(item) is None


@pytest.mark.parametrize("given", [object(), "text", [False], {"a": 1}], ids=repr)
def test_what_is_true_whatever_it_holds_is_no_answer(given: object) -> None:
    """A database query that was never run, say, would let everyone in."""
    with pytest.raises(TypeError, match="must return True or False"):
        answer(lambda origin: given)


def test_a_pattern_over_bytes_is_an_error() -> None:
    assert problem_of(re.compile(b"https://a").fullmatch).code == "origins-regex"
