"""Origin functions: the callables that are accepted, their arguments and return values."""

import functools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

import pytest

from flask_crossorigin import Policy, PolicyError, PolicyProblem
from flask_crossorigin.core.origin_predicates import AllowsOrigins, OriginPredicate, make_predicate

ORIGIN = "https://app.example.com"
REQUEST = object()


def predicate_of(item: object) -> OriginPredicate:
    predicate = make_predicate(item)
    assert isinstance(predicate, OriginPredicate)
    return predicate


def problem_of(item: object) -> PolicyProblem:
    found = make_predicate(item)
    assert isinstance(found, PolicyProblem)
    return found


def allows(item: object) -> bool:
    return predicate_of(item).allows(ORIGIN, lambda: REQUEST)


# Arguments.


class Calls:
    """Records the arguments of each call."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def note(self, *args: object) -> bool:
        self.calls.append(args)
        return True


def with_one(calls: Calls) -> object:
    return lambda origin: calls.note(origin)


def with_optional_second(calls: Calls) -> object:
    return lambda origin, cache=None: calls.note(origin)


def with_keyword_only_default(calls: Calls) -> object:
    return lambda origin, *, cache=None: calls.note(origin)


def with_any_number(calls: Calls) -> object:
    return calls.note


def with_two(calls: Calls) -> object:
    return lambda origin, tenant: calls.note(origin, tenant)


def with_optional_request(calls: Calls) -> object:
    return lambda origin, request=None: calls.note(origin, request)


def with_request_and_optional_third(calls: Calls) -> object:
    return lambda origin, request, cache=None: calls.note(origin, request)


def with_partial(calls: Calls) -> object:
    return functools.partial(lambda table, origin, request: calls.note(origin, request), {})


def with_call_method(calls: Calls) -> object:
    class Tenants:
        def __call__(self, origin: str) -> bool:
            return calls.note(origin)

    return Tenants()


def with_allows(calls: Calls) -> object:
    class Tenants:
        def allows(self, origin: str) -> bool:
            return calls.note(origin)

    return Tenants()


def with_allows_and_request(calls: Calls) -> object:
    class Tenants:
        def allows(self, origin: str, request: object) -> bool:
            return calls.note(origin, request)

    return Tenants()


def with_allows_before_call(calls: Calls) -> object:
    class Both:
        def __call__(self, origin: str) -> bool:
            raise AssertionError(origin)

        def allows(self, origin: str) -> bool:
            return calls.note(origin)

    return Both()


def without_signature(calls: Calls) -> object:
    """Like some built-in functions."""

    class Silent:
        __signature__ = 42

        def __call__(self, *args: object) -> bool:
            return calls.note(*args)

    return Silent()


Make = Callable[[Calls], object]


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
def test_function_of_one_parameter_gets_the_origin(make: Make) -> None:
    calls = Calls()
    allows(make(calls))
    assert calls.calls == [(ORIGIN,)]


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
def test_function_of_two_parameters_gets_the_request_too(make: Make) -> None:
    calls = Calls()
    allows(make(calls))
    assert calls.calls == [(ORIGIN, REQUEST)]


@pytest.mark.parametrize(("make", "takes_request"), [(with_one, False), (with_two, True)])
def test_signature_is_inspected_at_start_up(make: Make, takes_request: bool) -> None:
    assert predicate_of(make(Calls())).takes_request is takes_request


def test_request_is_not_made_for_a_function_of_one_parameter() -> None:
    def refuse() -> object:
        raise AssertionError

    assert predicate_of(lambda origin: True).allows(ORIGIN, refuse)


def test_predicate_has_the_object_that_was_written() -> None:
    tenants = with_allows(Calls())
    assert predicate_of(tenants).written is tenants


def test_object_with_allows_implements_the_protocol() -> None:
    assert isinstance(with_allows(Calls()), AllowsOrigins)


# Return values.


@pytest.mark.parametrize("given", [True, 1, re.match("a", "a")], ids=["True", "1", "a match"])
def test_true_value_allows(given: object) -> None:
    assert allows(lambda origin: given) is True


@pytest.mark.parametrize("given", [False, 0, "", None, []], ids=repr)
def test_false_value_denies(given: object) -> None:
    assert allows(lambda origin: given) is False


def test_exception_is_not_caught() -> None:
    def fails(origin: str) -> bool:
        raise LookupError(origin)

    with pytest.raises(LookupError, match=re.escape(ORIGIN)):
        allows(fails)


def test_coroutine_is_an_error() -> None:
    async def later() -> bool:
        return True

    with pytest.raises(TypeError, match="coroutine"):
        allows(lambda origin: later())


def test_awaitable_object_is_an_error() -> None:
    class Later(Awaitable[bool]):
        def __await__(self) -> Generator[Any, None, bool]:
            yield
            return True

    with pytest.raises(TypeError, match="must return"):
        allows(lambda origin: Later())


# Regular expressions.


def test_fullmatch_of_a_regular_expression_is_accepted() -> None:
    assert allows(re.compile(r"https://[a-z]+\.example\.com").fullmatch)


def test_fullmatch_of_a_regular_expression_denies_longer_text() -> None:
    predicate = predicate_of(re.compile(r"https://[a-z]+\.example\.com").fullmatch)
    assert not predicate.allows("https://app.example.com.evil.example", lambda: REQUEST)


PATTERN = re.compile("https://app[.]example[.]com")


@pytest.mark.parametrize(
    "item", [PATTERN, PATTERN.match, PATTERN.search], ids=["itself", "match", "search"]
)
def test_unanchored_regular_expression_is_an_error_that_names_fullmatch(item: object) -> None:
    found = problem_of(item)
    assert (found.code, found.value) == ("origins-regex", item)
    assert "re.compile(...).fullmatch" in found.hint


@pytest.mark.parametrize(
    "item", [PATTERN.findall, PATTERN.finditer, PATTERN.split], ids=["findall", "finditer", "split"]
)
def test_other_method_of_a_regular_expression_is_an_error(item: object) -> None:
    """`finditer` and `split` return a true value for every origin."""
    assert problem_of(item).code == "origins-regex"


# Callables that are not accepted.


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


UNSUITABLE = [
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
    UNSUITABLE,
    ids=["class", "built-in class", "async function", "async allows", "async call",
         "partial of async", "no parameter", "three parameters", "request by keyword"],
)  # fmt: skip
def test_unsuitable_callable_is_an_error_with_its_fix(code: str, item: object, fix: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins=item)  # type: ignore[arg-type]
    (found,) = caught.value.errors
    assert (found.code, found.field, found.value) == (code, "origins", item)
    assert fix in found.hint


def test_async_generator_function_is_an_error() -> None:
    """It would return an object that is always true, so it would allow every origin."""

    async def tenants(origin: str) -> AsyncIterator[bool]:
        yield False

    assert problem_of(tenants).code == "origins-callable-async"


def test_generator_function_is_an_error() -> None:
    """It would return an object that is always true, so it would allow every origin."""

    def tenants(origin: str) -> Iterator[bool]:
        yield False

    assert isinstance(make_predicate(tenants), PolicyProblem)


@pytest.mark.parametrize(
    "given",
    [(each for each in "a"), iter("a"), map(str, "a"), filter(None, "a")],
    ids=["generator", "iterator", "map", "filter"],
)
def test_returned_iterator_is_an_error(given: object) -> None:
    """It is always true, so a forgotten any() would allow every origin."""
    with pytest.raises(TypeError):
        allows(lambda origin: given)


def test_returned_async_generator_is_an_error() -> None:
    async def tenants(origin: str) -> AsyncIterator[bool]:
        yield False

    with pytest.raises(TypeError):
        allows(lambda origin: tenants(origin))


class NotCallable:
    allows = True


@pytest.mark.parametrize("item", [1, None, b"x", {}, NotCallable()], ids=type)
def test_other_object_is_not_an_origin_function(item: object) -> None:
    assert make_predicate(item) is None


@pytest.mark.parametrize("given", [object(), "text", [False], {"a": 1}], ids=repr)
def test_returned_object_that_is_always_true_is_an_error(given: object) -> None:
    """For example, a database query that was never run would allow every origin."""
    with pytest.raises(TypeError, match="must return True or False"):
        allows(lambda origin: given)


def test_regular_expression_over_bytes_is_an_error() -> None:
    assert problem_of(re.compile(b"https://a").fullmatch).code == "origins-regex"
