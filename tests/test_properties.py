"""Properties of every input, compared with a slow reference that shares no code with the source.

The reference parses origins in the plain steps of the design and the URL standard.
"""

import string
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from types import FrameType
from typing import Any
from unittest import mock

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from flask_crossorigin import Decision, Policy, PolicyError, Reason
from flask_crossorigin.core import preflight as preflight_module
from flask_crossorigin.core.actual import decide_actual
from flask_crossorigin.core.compiled import compile_policy
from flask_crossorigin.core.fetch_standard import is_token
from flask_crossorigin.core.headers import merge_headers
from flask_crossorigin.core.origin_diagnostics import closest_origin, diagnose
from flask_crossorigin.core.origin_predicates import OriginPredicate
from flask_crossorigin.core.origins import Allowlist, is_serialized_origin, parse_pattern
from flask_crossorigin.core.preflight import (
    MAX_REQUESTED_LENGTH,
    MAX_REQUESTED_NAMES,
    PreflightRequest,
    check_preflight,
    debug_denial,
    decide_preflight,
    preflight_headers,
)
from flask_crossorigin.core.settings import PARSERS

quick = settings(max_examples=100, deadline=None, database=None)
thorough = settings(max_examples=250, deadline=None, database=None)

# The reference.

LOWER = set(string.ascii_lowercase)
DIGITS = set(string.digits)
HOST_CHARACTERS = LOWER | DIGITS | set("-_")
LONGEST = 64 + len("://") + 253 + len(":65535")
USUAL_PORTS = {("http", 80), ("https", 443), ("ws", 80), ("wss", 443), ("ftp", 21)}
OPAQUE = {"about", "blob", "data", "file", "javascript"}


class Parts:
    """The parts of a pattern, as the reference parses it."""

    def __init__(
        self, scheme: str, wildcard: str, host: str | tuple[int, ...], port: object
    ) -> None:
        self.scheme = scheme
        self.wildcard = wildcard  # the first label of a pattern, "*" or "app-*"; else empty
        self.host = host  # a name, or the pieces of an address
        self.port = port  # a number, None, or "*"


def reference_parse(text: str) -> Parts | None:
    """Parse `text` step by step; return None if it is neither an origin nor a pattern."""
    if len(text) > LONGEST:
        return None
    at = text.find("://")
    if at < 0:
        return None
    scheme, rest = text[:at], text[at + 3 :]
    if not scheme or scheme[0] not in LOWER or set(scheme) - LOWER - DIGITS - set("+-."):
        return None
    if scheme in OPAQUE:
        return None
    label, dot, parent = rest.partition(".")
    wildcard = label if dot and "*" in label else ""
    if wildcard:
        rest = parent
        if not reference_label(wildcard):
            return None
    if rest.startswith("["):
        end = rest.find("]")
        if end < 0 or wildcard:
            return None
        host: str | tuple[int, ...] | None = reference_ipv6(rest[1:end])
        rest = rest[end + 1 :]
    else:
        name, colon, digits = rest.partition(":")
        host = reference_name(name, wildcard)
        rest = colon + digits
    if host is None:
        return None
    if not rest:
        return Parts(scheme, wildcard, host, None)
    if rest[0] != ":":
        return None
    if rest == ":*":
        return Parts(scheme, wildcard, host, "*")
    digits = rest[1:]
    if not digits or set(digits) - DIGITS or digits[0] == "0" or len(digits) > 5:
        return None
    port = int(digits)
    if port > 65535 or (scheme, port) in USUAL_PORTS:
        return None
    return Parts(scheme, wildcard, host, port)


def reference_label(label: str) -> bool:
    """Return whether a label may contain the wildcard that it has."""
    if label.count("*") != 1 or set(label) - LOWER - DIGITS - set("-*") or len(label) > 63:
        return False
    before, after = label.split("*")
    if before == "" and after != "" and after[0] != "-":
        return False
    return not (before.startswith(("-", "xn--")) or after.endswith("-"))


def reference_label_covers(pattern: str, label: str) -> bool:
    """Try every text of `label` in the place of the wildcard."""
    if label[:4] == "xn--" or "-" in (label[0], label[-1]) or len(label) > 63:
        return False
    return any(
        pattern.replace("*", label[start:end]) == label
        and not set(label[start:end]) - LOWER - DIGITS - {"-"}
        for start in range(len(label))
        for end in range(start + 1, len(label) + 1)
    )


def reference_name(name: str, wildcard: str) -> str | tuple[int, ...] | None:
    """Return a host name, or the four numbers of an IPv4 address in its canonical form."""
    labels = name.split(".")
    if any(not label or set(label) - HOST_CHARACTERS for label in labels):
        return None
    last = labels[-1]
    hexadecimal = last.startswith("0x") and not set(last[2:]) - DIGITS - set("abcdef")
    if not (hexadecimal or not set(last) - DIGITS):
        return name
    if wildcard or len(labels) != 4:
        return None
    numbers = []
    for label in labels:
        if set(label) - DIGITS or str(int(label)) != label or int(label) > 255:
            return None
        numbers.append(int(label))
    return tuple(numbers)


def reference_ipv6(text: str) -> tuple[int, ...] | None:
    """Return the eight pieces of `text`, if it is an address in its canonical form."""
    if set(text) - DIGITS - set("abcdef:"):
        return None
    halves = text.split("::")
    if len(halves) > 2:
        return None
    groups = [half.split(":") if half else [] for half in halves]
    if any(not 1 <= len(group) <= 4 for half in groups for group in half):
        return None
    pieces = [[int(group, 16) for group in half] for half in groups]
    if len(pieces) == 2:
        missing = 8 - len(pieces[0]) - len(pieces[1])
        if missing < 1:
            return None
        whole = [*pieces[0], *([0] * missing), *pieces[1]]
    else:
        whole = pieces[0]
    if len(whole) != 8 or reference_serialize(whole) != text:
        return None
    return tuple(whole)


def reference_serialize(pieces: Sequence[int]) -> str:
    """Serialize an IPv6 address (URL standard, 3.6)."""
    best, longest = -1, 1  # a single zero is not compressed
    for start in range(8):
        length = 0
        while start + length < 8 and pieces[start + length] == 0:
            length += 1
        if length > longest:
            best, longest = start, length
    if best < 0:
        return ":".join(f"{piece:x}" for piece in pieces)
    before = ":".join(f"{piece:x}" for piece in pieces[:best])
    after = ":".join(f"{piece:x}" for piece in pieces[best + longest :])
    return f"{before}::{after}"


def reference_is_origin(text: str) -> bool:
    parts = reference_parse(text)
    return parts is not None and not parts.wildcard and parts.port != "*"


def reference_covers(pattern: str, origin: str) -> bool:
    """Return whether one entry of a policy allows one origin, according to the design."""
    if pattern == "null":
        return origin == "null"
    entry, parts = reference_parse(pattern), reference_parse(origin)
    if entry is None or parts is None or not reference_is_origin(origin):
        return False
    if entry.scheme != parts.scheme or (entry.port != "*" and entry.port != parts.port):
        return False
    if not entry.wildcard:
        return entry.host == parts.host
    if isinstance(entry.host, tuple) or isinstance(parts.host, tuple):
        return False
    parents, labels = entry.host.split("."), parts.host.split(".")
    if entry.wildcard != "*":
        return labels[1:] == parents and reference_label_covers(entry.wildcard, labels[0])
    return len(labels) > len(parents) and labels[-len(parents) :] == parents


# Inputs. They have few labels, so that two of them are often nearly equal.

SCHEMES = ["https", "http", "capacitor", "chrome-extension", "file", "HTTPS", "h", "1x", "", "ws"]
LABELS = ["a", "b", "example", "com", "evil-example", "evilexample", "localhost", "1", "0x1", "a_b"]
ADDRESSES = [
    "127.0.0.1", "127.0.0.01", "1.2.3.4", "1.2.3", "256.1.1.1", "0x7f.0.0.1", "[::1]", "[::]",
    "[1:2:3:4:5:6:7:8]", "[1::8]", "[1:0:0:2::3]", "[1::2:0:0:3]", "[::ffff:7f00:1]",
    "[::ffff:127.0.0.1]", "[0::1]", "[::0001]", "[A::1]", "[1::2::3]", "[:1]", "[1:]",
]  # fmt: skip
PORTS = ["", ":1", ":80", ":443", ":8443", ":65535", ":65536", ":0", ":01", ":", ":*", ":x", ":1:2"]

label_texts = st.text("a-1xn", max_size=4)
wildcard_labels = st.builds("{}*{}.".format, label_texts, label_texts)
names = st.lists(st.sampled_from(LABELS), min_size=1, max_size=4).map(".".join)
ipv6 = st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF, 0xA0]), min_size=8, max_size=8).map(
    lambda pieces: f"[{reference_serialize(pieces)}]"
)
hosts = st.one_of(names, names, st.sampled_from(ADDRESSES), ipv6)
ends = st.sampled_from(["", "", "", "", "", "/", ".", " ", "\n", "?", "#", "\x00", ",", "@"])
built = st.builds(
    "{}{}{}{}{}{}".format,
    st.one_of(st.sampled_from(["https", "http"]), st.sampled_from(SCHEMES)),
    st.sampled_from(["://", "://", "://", "://", ":", ":/", "//", "://u@"]),
    st.sampled_from(
        ["", "", "*.", "*", "**.", "*.*.", ".", "a*.", "a-*-b.", "*-a.", "-*.", "xn--*."]
    ),
    hosts,
    st.one_of(st.sampled_from(PORTS[:6]), st.sampled_from(PORTS)),
    ends,
)
spaces = st.text(
    "https://*.example.com:8443[]@?#\\ \t\nABC\u00df\u017f\u212a\u3002\x00", max_size=40
)
texts = st.one_of(
    built,
    built,
    spaces,
    st.text(max_size=40),
    st.sampled_from(["null", "*", "", "https://" + "a" * 400]),
)
schemes = st.sampled_from(["https", "http", "capacitor"])
ports = st.sampled_from(["", "", ":1", ":8443"])
origins = st.builds("{}://{}{}".format, schemes, hosts, ports).filter(reference_is_origin)
patterns = st.builds(
    "{}://{}{}{}".format,
    schemes,
    st.one_of(st.sampled_from(["", "*."]), wildcard_labels),
    hosts,
    st.sampled_from(["", ":1", ":8443", ":*"]),
).filter(lambda text: reference_parse(text) is not None)


@st.composite
def near(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a pattern, and an origin that differs little from what it covers."""
    pattern = draw(patterns)
    label = draw(st.sampled_from(["a", "evil-", "a.b", "", "*", "x", "-", "n--a", "a_b", "a" * 62]))
    dot = draw(st.sampled_from([".", ".", "", "-"]))
    port = draw(st.sampled_from(["", "1", "8443", "*", "443", "80"]))
    origin = pattern.replace("*.", f"{label}{dot}").replace(":*", f":{port}" if port else "")
    origin = origin.replace("*", label)
    tail = draw(st.sampled_from(["", "", "", "", ".evil.com", "com", ":1", "/", "."]))
    return pattern, origin + tail


# The reference itself.


@pytest.mark.parametrize(
    "text", ["https://app.example.com", "http://[::1]:8000", "http://127.0.0.1"]
)
def test_reference_knows_origins(text: str) -> None:
    assert reference_is_origin(text)


@pytest.mark.parametrize(
    "text", ["https://app.example.com/", "http://[0::1]", "https://*.com", "null"]
)
def test_reference_knows_other_texts(text: str) -> None:
    assert not reference_is_origin(text)


@pytest.mark.parametrize(
    ("pattern", "origin", "covers"),
    [
        ("https://*.example.com", "https://a.b.example.com", True),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "https://evil-example.com", False),
        ("http://localhost:*", "http://localhost", True),
        ("http://localhost:*", "http://localhost:1", True),
        ("https://app-*.example.com", "https://app-1.example.com", True),
        ("https://app-*.example.com", "https://app-.example.com", False),
        ("https://app-*.example.com", "https://app-1.b.example.com", False),
        ("https://x*.example.com", "https://xn--a.example.com", False),
    ],
)
def test_reference_knows_covered_origins(pattern: str, origin: str, covers: bool) -> None:
    assert reference_covers(pattern, origin) is covers


# Origins.


@thorough
@given(texts)
def test_text_is_a_pattern_if_it_is_one_for_the_reference(text: str) -> None:
    assert (parse_pattern(text) is not None) == (reference_parse(text) is not None)


@thorough
@given(texts)
def test_text_is_an_origin_if_it_is_one_for_the_reference(text: str) -> None:
    assert is_serialized_origin(text) == reference_is_origin(text)


@quick
@given(patterns)
def test_parts_of_a_pattern_join_to_its_text(text: str) -> None:
    parts = parse_pattern(text)
    assert parts is not None
    wildcard = f"{parts.wildcard}." if parts.wildcard else ""
    port = f":{parts.port}" if parts.port else ""
    assert f"{parts.scheme}://{wildcard}{parts.host}{port}" == text


@thorough
@given(near())
def test_entry_covers_similar_origins_like_the_reference(pair: tuple[str, str]) -> None:
    pattern, origin = pair
    assert Allowlist([pattern]).allows(origin) == reference_covers(pattern, origin)


@st.composite
def previews(draw: st.DrawFn) -> tuple[list[str], str]:
    """Draw patterns that have a wildcard inside their label, and an origin with a similar label."""
    wildcards = wildcard_labels.filter(lambda label: reference_label(label[:-1]))
    labels = draw(st.lists(wildcards, min_size=1, max_size=4))
    label = draw(st.sampled_from(labels))[:-1].replace("*", draw(st.text("a-1xn_", max_size=4)))
    parent, other = draw(st.sampled_from([("b", "b"), ("b", "b"), ("b.com", "b.com"), ("b", "c")]))
    return [f"https://{each}{parent}" for each in labels], f"https://{label}.{other}"


@thorough
@given(previews())
def test_wildcard_inside_a_label_covers_like_the_reference(drawn: tuple[list[str], str]) -> None:
    entries, origin = drawn
    covered = any(reference_covers(each, origin) for each in entries)
    assert Allowlist(entries).allows(origin) == covered


@thorough
@given(patterns, texts)
def test_entry_covers_any_text_like_the_reference(pattern: str, origin: str) -> None:
    assert Allowlist([pattern]).allows(origin) == reference_covers(pattern, origin)


@thorough
@given(st.lists(patterns, max_size=4), st.one_of(origins, texts, near().map(lambda pair: pair[1])))
def test_entries_together_allow_exactly_what_each_allows(entries: list[str], origin: str) -> None:
    alone = [Allowlist([entry]).allows(origin) for entry in entries]
    assert Allowlist(entries).allows(origin) == any(alone)


@thorough
@given(near(), near())
def test_two_entries_do_not_combine(one: tuple[str, str], other: tuple[str, str]) -> None:
    together = Allowlist([one[0], other[0]])
    for origin in (one[1], other[1]):
        apart = reference_covers(one[0], origin) or reference_covers(other[0], origin)
        assert together.allows(origin) == apart


@thorough
@given(texts)
@example("http://1\x00.1")
@example("http://\ud800.1")
@example("https://*example.com")
@example("https:/example.com")
def test_suggested_origin_is_valid(text: str) -> None:
    meant = closest_origin(text)
    assert meant is None or reference_parse(meant) is not None


@thorough
@given(texts)
@example("http://1\x00.1")
@example("http://\ud800.1")
def test_every_invalid_text_has_a_diagnosis(text: str) -> None:
    assume(parse_pattern(text) is None)
    found = diagnose(text)
    assert found.value == text
    assert found.message.isprintable()


# Below a public suffix nothing is suggested: everyone who registers a name would be allowed.
own_patterns = patterns.filter(lambda text: "*.com" not in text)


@quick
@given(own_patterns)
def test_valid_pattern_is_its_own_suggestion(text: str) -> None:
    assert closest_origin(text) == text


@thorough
@given(own_patterns, st.sampled_from(["/", "/path", "?a", "#a", " ", "\n"]))
def test_pattern_with_a_tail_suggests_the_pattern(text: str, after: str) -> None:
    assert closest_origin(text + after) == text


# Policies and requests.

tokens = st.text("abXY-1", min_size=1, max_size=4)
names_settings = st.one_of(
    st.just("*"), st.lists(st.text("abXY", min_size=1, max_size=3), max_size=3)
)
methods_settings = st.one_of(
    st.just("*"),
    st.lists(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "QUERY", "X"]), max_size=3),
)


def allow_first(origin: str) -> bool:
    """Allow some origins; an origin function of a user."""
    return len(origin) % 3 == 0


policy_settings = st.fixed_dictionaries(
    {"origins": st.one_of(
        st.just("*"),
        st.lists(st.one_of(patterns, st.just("null"), st.just(allow_first)), max_size=4),
    )},
    optional={
        "credentials": st.one_of(st.booleans(), st.lists(origins, max_size=2)),
        "methods": methods_settings,
        "request_headers": names_settings,
        "expose_headers": st.one_of(st.none(), names_settings),
        "max_age": st.one_of(
            st.none(),
            st.integers(0, 10**6),
            st.timedeltas(timedelta(0), timedelta(seconds=2**31)),
        ),
        "preflight_status": st.integers(200, 299),
        "allow_null_origin": st.booleans(),
        "allow_insecure_origins": st.booleans(),
        "allow_public_suffix_subdomains": st.booleans(),
    },
)  # fmt: skip


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a valid policy; contradictory settings are corrected, not discarded."""
    written: dict[str, Any] = dict(draw(policy_settings))
    listed = written.get("credentials")
    if isinstance(listed, list) and written["origins"] != "*" and draw(st.booleans()):
        written["origins"] = [*written["origins"], *listed]
    try:
        return Policy(**written)
    except PolicyError:
        written |= {
            "allow_null_origin": True,
            "allow_insecure_origins": True,
            "allow_public_suffix_subdomains": True,
        }
    try:
        return Policy(**written)
    except PolicyError:
        return Policy(**{**written, "credentials": False})


methods = st.one_of(
    st.sampled_from(
        ["GET", "POST", "PUT", "DELETE", "QUERY", "X", "TRACE", "put", "a b", "", "PUT\r\nX: 1"]
    ),
    st.text(max_size=8),
)
requested_headers = st.one_of(
    st.lists(st.one_of(tokens, st.text(max_size=4)), max_size=6).map(",".join),
    st.text("ab,\t <\r\n\u00e4\u212a\x00", max_size=30),
    st.sampled_from(["", ",", "," * 300, "a" * 9000, "authorization"]),
)
sent_origins = st.one_of(
    origins, texts, near().map(lambda pair: pair[1]), st.sampled_from(["null", "NULL", "a\r\nb"])
)


def call(predicate: OriginPredicate, origin: str) -> bool | None:
    return predicate.allows(origin, object)


def may_read(policy: Policy, origin: str) -> bool:
    """Return whether `policy` allows `origin`, according to the design."""
    for entry in policy.origins:
        if isinstance(entry, str):
            if reference_covers(entry, origin):
                return True
        elif reference_is_origin(origin) and allow_first(origin):
            return True
    return False


def has_credentials(policy: Policy, origin: str | None) -> bool:
    """Return whether requests of `origin`, which is allowed, may carry credentials."""
    listed = policy.credentials
    return listed if isinstance(listed, bool) else origin in listed


def assert_sound(decision: Decision, policy: Policy, origin: str | None) -> None:
    headers = dict(decision.headers)
    names = [name.lower() for name, _ in decision.headers]
    assert len(names) == len(set(names)), "two values of one header"
    for name, value in decision.headers:
        sent = name + value
        assert sent.isascii(), "not ASCII"
        assert sent.isprintable(), "not printable"
    allow_origin = headers.get("Access-Control-Allow-Origin")
    if allow_origin == "*":
        assert policy.origins == "*"
        assert "Access-Control-Allow-Credentials" not in headers
        assert not has_credentials(policy, origin)
    elif allow_origin is not None:
        assert allow_origin == origin
        credentials = headers.get("Access-Control-Allow-Credentials")
        assert credentials == ("true" if has_credentials(policy, origin) else None)
        assert policy.origins == "*" or may_read(policy, origin), "an origin outside the policy"
    else:
        assert all(name == "Vary" for name in headers), "CORS headers without an allow-origin"
    if policy.origins != "*" or not isinstance(policy.credentials, bool):
        assert headers["Vary"].split(", ")[0] == "Origin"


@thorough
@given(policies(), st.one_of(st.none(), sent_origins))
def test_actual_response_is_sound(policy: Policy, origin: str | None) -> None:
    decision = decide_actual(compile_policy(policy), "app", origin, call)
    assert_sound(decision, policy, origin)


@thorough
@given(policies(), sent_origins)
def test_actual_response_allows_exactly_the_origins_of_the_policy(
    policy: Policy, origin: str
) -> None:
    decision = decide_actual(compile_policy(policy), "app", origin, call)
    allowed = policy.origins == "*" or may_read(policy, origin)
    assert (decision.reason is Reason.ALLOWED) == allowed


@thorough
@given(policies(), sent_origins, methods, requested_headers)
def test_preflight_is_sound(policy: Policy, origin: str, method: str, requested: str) -> None:
    decision = decide_preflight(
        compile_policy(policy), "app", PreflightRequest(origin, method, requested), call
    )
    assert_sound(decision, policy, origin)


@thorough
@given(policies(), sent_origins, methods, requested_headers)
def test_preflight_is_allowed_only_if_its_request_is(
    policy: Policy, origin: str, method: str, requested: str
) -> None:
    compiled = compile_policy(policy)
    preflight = decide_preflight(compiled, "app", PreflightRequest(origin, method, requested), call)
    actual = decide_actual(compiled, "app", origin, call)
    assert preflight.reason is not Reason.ALLOWED or actual.reason is Reason.ALLOWED


def browser_accepts(
    star: bool, headers: dict[str, str], method: str, requested_names: list[str]
) -> bool:
    """Return the result of steps 7.5 to 7.7 of CORS-preflight fetch (Fetch standard, 4.8).

    :param star: whether `*` stands for every name: the request carries no credentials.
    """
    allowed = [each.strip() for each in headers.get("Access-Control-Allow-Methods", "").split(",")]
    names = [
        each.strip().lower() for each in headers.get("Access-Control-Allow-Headers", "").split(",")
    ]
    if not (method in allowed or method in {"GET", "HEAD", "POST"} or (star and "*" in allowed)):
        return False
    if "authorization" in requested_names and "authorization" not in names:
        return False
    return all(name in names or (star and "*" in names) for name in requested_names)


@thorough
@given(
    policies(),
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "QUERY", "X", "OTHER"]),
    st.lists(st.one_of(tokens.map(str.lower), st.just("authorization")), max_size=4, unique=True),
)
def test_browser_and_server_agree_on_methods_and_headers(
    policy: Policy, method: str, requested_names: list[str]
) -> None:
    """An allowed request passes the checks of a browser; a denied one fails them or has a 403."""
    origin = "https://a.example"
    compiled = compile_policy(
        policy.replace(origins=[origin], credentials=bool(policy.credentials))
    )
    star = not policy.credentials
    requested = PreflightRequest(origin, method, ",".join(sorted(requested_names)))
    headers = dict(preflight_headers(compiled, requested))
    reason = check_preflight(compiled, requested, call)
    accepted = browser_accepts(star, headers, method, requested_names)
    if reason is Reason.ALLOWED:
        assert accepted
        return
    # Browsers do not check GET, HEAD and POST: only the status denies them.
    if not (reason is Reason.METHOD_NOT_ALLOWED and method in {"GET", "HEAD", "POST"}):
        assert not (compiled.preflight_headers is not None and accepted)
    denial = debug_denial(compiled, requested, reason)
    if denial.status == "200 OK":
        assert not browser_accepts(star, dict(denial.headers), method, requested_names)


@quick
@given(policies())
def test_repr_without_functions_evaluates_to_an_equal_policy(policy: Policy) -> None:
    assume(all(isinstance(entry, str) for entry in policy.origins))
    assert eval(repr(policy), {"Policy": Policy}) == policy


def result_of(make: Callable[[], Policy]) -> Policy | list[str]:
    """Return the policy, or the codes of its problems."""
    try:
        return make()
    except PolicyError as error:
        return sorted(each.code for each in error.errors)


@quick
@given(policies(), policy_settings)
def test_replace_is_as_strict_as_the_constructor(policy: Policy, changes: dict[str, Any]) -> None:
    written = {**{name: getattr(policy, name) for name in PARSERS}, **changes}
    assert result_of(lambda: policy.replace(**changes)) == result_of(lambda: Policy(**written))


vary_values = st.lists(st.text("abO,* \tcookie", max_size=12), max_size=3)


@quick
@given(vary_values)
def test_vary_is_merged_without_loss(values: list[str]) -> None:
    names = {each.strip().lower() for value in values for each in value.split(",")} - {""}
    merged = dict(merge_headers([("vary", value) for value in values], [("Vary", "Origin")]))
    found = merged["Vary"].split(", ")
    assert (
        found == ["*"]
        if "*" in names
        else sorted(map(str.lower, found)) == sorted(names | {"origin"})
    )


# Costs, counted and not timed.


class Counted(str):
    """Text that counts the characters that its methods process."""

    processed = 0

    def _count(self) -> None:
        Counted.processed += len(self)

    def count(self, *args: Any) -> int:
        self._count()
        return super().count(*args)

    def split(self, *args: Any, **more: Any) -> list[str]:
        self._count()
        return [Counted(each) for each in super().split(*args, **more)]

    def __getitem__(self, key: Any) -> "Counted":
        part = Counted(super().__getitem__(key))
        part._count()
        return part

    def __iter__(self) -> Iterator[str]:
        self._count()
        return super().__iter__()

    def strip(self, *args: Any) -> "Counted":
        self._count()
        return Counted(super().strip(*args))

    def lower(self) -> "Counted":
        self._count()
        return Counted(super().lower())


def check(requested: str, listed: Any = "*") -> Reason:
    policy = compile_policy(Policy(origins="*", request_headers=listed))
    return check_preflight(policy, PreflightRequest("https://a.example", "GET", requested), call)


def processed_by(requested: str, listed: Any) -> int:
    """Return how many characters are processed to check `requested`."""

    def counting(text: str) -> bool:
        Counted.processed += len(text)
        return is_token(text)

    Counted.processed = 0
    with mock.patch.object(preflight_module, "is_token", counting):
        check(Counted(requested), listed)
    return Counted.processed


def steps_of(function: Callable[[], object]) -> int:
    """Return how many Python and C functions `function` calls."""
    steps = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal steps
        steps += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(before)
    return steps


UNITS = ["x", "x,", ",", " ", "\t", ", ", "x ,", "x x,", " ,\t", "\x00", "x\x00,", "authorization,"]
listings = pytest.mark.parametrize("listed", ["*", ["X"]], ids=["every", "listed"])


@listings
@quick
@given(requested=st.one_of(requested_headers, st.text("x,\t \x00", max_size=200)))
def test_each_requested_character_is_processed_a_few_times_only(
    listed: Any, requested: str
) -> None:
    assert processed_by(requested, listed) <= 6 * len(requested)


@listings
@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_each_character_of_a_long_list_is_processed_a_few_times_only(
    unit: str, listed: Any
) -> None:
    requested = (unit * MAX_REQUESTED_LENGTH)[:MAX_REQUESTED_LENGTH]
    assert processed_by(requested, listed) <= 6 * len(requested)


@listings
@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_twice_the_requested_headers_cost_at_most_twice_the_calls(unit: str, listed: Any) -> None:
    policy = compile_policy(Policy(origins="*", request_headers=listed))

    def steps(count: int) -> int:
        return steps_of(
            lambda: check_preflight(
                policy, PreflightRequest("https://a.example", "GET", unit * count), call
            )
        )

    steps(1)  # whatever Python does only once
    assert steps(120) <= 2 * steps(60)


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_requested_headers_over_the_limit_are_denied_unread(unit: str) -> None:
    requested = unit * (2 * MAX_REQUESTED_LENGTH)
    assert check(requested) is Reason.REQUEST_HEADERS_TOO_LONG
    assert processed_by(requested, "*") == 0


def test_too_many_requested_headers_are_denied_before_they_are_split() -> None:
    requested = "x," * MAX_REQUESTED_NAMES
    assert check(requested) is Reason.REQUEST_HEADERS_TOO_LONG
    assert processed_by(requested, "*") <= len(requested)


def test_counting_text_counts() -> None:
    """Otherwise no test above could fail."""
    assert processed_by("x-a, x-b", "*") >= len("x-a, x-b")
