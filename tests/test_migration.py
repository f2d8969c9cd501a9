"""Translation of flask-cors's options."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask_cors.core import probably_regex, serialize_options, try_match_any_pattern

from flask_crossorigin import Policy, PolicyError
from flask_crossorigin.core.origins import is_serialized_origin
from flask_crossorigin.migration.messages import DECISIONS, ERRORS, NOTES
from flask_crossorigin.migration.options import (
    CONFIG_KEYS,
    Translation,
    options_from_config,
    translate,
)
from flask_crossorigin.migration.patterns import is_regex, translate_origin, translate_resource

APP = "https://app.example.com"
LISTED = {"origins": [APP], "max_age": 60}


def codes(translation: Translation) -> list[str]:
    """The codes of all notes and errors, but for that of a missing max_age."""
    problems = [*translation.notes, *translation.errors]
    return [each.code for each in problems if each.code != "max-age-unset"]


def settings(**options: Any) -> dict[str, Any]:
    translation = translate({**LISTED, **options})
    assert translation.errors == ()
    return dict(translation.settings)


# The table of options.


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"origins": APP}, {"origins": [APP]}),
        ({"origins": (APP, "https://b.example")}, {"origins": [APP, "https://b.example"]}),
        ({"origins": {"https://b.example", APP}}, {"origins": [APP, "https://b.example"]}),
        ({"origins": "HTTPS://App.Example.com"}, {"origins": [APP]}),
        ({"origins": []}, {"origins": []}),
        ({"origins": "*"}, {"origins": "*"}),
        ({"origins": [APP, ".*"]}, {"origins": "*"}),
        ({"origins": ["null"]}, {"origins": ["null"], "allow_null_origin": True}),
        ({"supports_credentials": True}, {"credentials": True}),
        ({"supports_credentials": 1}, {"credentials": True}),
        ({"supports_credentials": "true"}, {"credentials": True}),
        ({"supports_credentials": False}, {}),
        ({"methods": ["put", "GET", "POST"]}, {"methods": ["PUT", "GET", "POST"]}),
        ({"methods": "GET, POST"}, {"methods": ["GET", "POST"]}),
        ({"methods": None}, {"methods": []}),
        ({"methods": ["GET", "POST", "OPTIONS", "TRACE"]}, {"methods": ["GET", "POST"]}),
        ({"allow_headers": "*"}, {"request_headers": "*"}),
        ({"allow_headers": ["X-A", ".*"]}, {"request_headers": "*"}),
        ({"allow_headers": "X-A"}, {"request_headers": ["X-A"]}),
        ({"allow_headers": "X-A, X-B"}, {"request_headers": ["X-A", "X-B"]}),
        ({"allow_headers": ["X-A", "Cookie"]}, {"request_headers": ["X-A"]}),
        ({"allow_headers": None}, {"request_headers": []}),
        ({"expose_headers": "X-A, X-B"}, {"expose_headers": ["X-A", "X-B"]}),
        ({"expose_headers": {"X-B", "X-A"}}, {"expose_headers": ["X-A", "X-B"]}),
        ({"expose_headers": ["X-A", "Set-Cookie"]}, {"expose_headers": ["X-A"]}),
        ({"expose_headers": None}, {"expose_headers": []}),
        ({"max_age": None}, {"max_age": None}),
        ({"max_age": timedelta(minutes=2)}, {"max_age": 120}),
        ({"max_age": "90"}, {"max_age": "90"}),
        ({"send_wildcard": True, "vary_header": False, "automatic_options": False}, {}),
        ({"intercept_exceptions": False, "always_send": False}, {}),
        ({"allow_private_network": True}, {}),
        (
            {
                "origins": "http://a.example",
                "supports_credentials": True,
                "allow_insecure_origins": True,
            },
            {"origins": ["http://a.example"], "credentials": True, "allow_insecure_origins": True},
        ),
    ],
    ids=repr,
)
def test_an_option_has_its_setting(options: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    found = settings(**options)
    assert found == {**LISTED, **expected}
    Policy(**found)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"origins": "https://a.example, https://b.example"}, "origins-text"),
        ({"origins": None}, "origins-none-matches"),
        ({"origins": ["null"]}, "origin-null"),
        ({"origins": ["https://*.example.com"]}, "origin-glob"),
        ({"origins": [r"https://.*\.example\.com$"]}, "origin-regex"),
        ({"origins": [r"^https://.*\.example\.com\Z"]}, "origin-regex"),
        ({"origins": [r"^https://(.*\.)?example\.com(:\d+)?$"]}, "origin-regex"),
        ({"origins": [r"https://.*\.example\.com"]}, "origin-regex-unanchored"),
        ({"origins": [r"https://app-\d+\.example\.com$"]}, "origin-regex-kept"),
        ({"origins": [r"https://[a-z]+-team\.example\.(com|org)$"]}, "origin-regex-kept"),
        ({"origins": [r"https?://.*"]}, "origin-regex-loose"),
        ({"methods": ["GET", "POST", "OPTIONS"]}, "methods-options"),
        ({"methods": ["GET", "POST", "TRACE"]}, "methods-forbidden"),
        ({"methods": ["PUT"]}, "methods-without-preflight"),
        ({"allow_headers": "X-A, X-B"}, "allow-headers-text"),
        ({"allow_headers": ["Cookie"]}, "allow-headers-forbidden"),
        ({"expose_headers": ["Set-Cookie"]}, "expose-headers-forbidden"),
        ({"vary_header": False}, "option-needless"),
        ({"allow_private_network": True}, "private-network"),
        ({"resources": r"/api/*"}, "resource-prefix"),
        ({"resources": r"/api/.*"}, "resource-prefix-itself"),
        ({"resources": "/one"}, "resource-literal"),
    ],
    ids=repr,
)
def test_a_note_says_what_a_person_must_know(options: Mapping[str, Any], code: str) -> None:
    translation = translate({**LISTED, **options})
    assert translation.errors == ()
    assert code in codes(translation)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"origins": "*", "supports_credentials": True}, "origins-star-with-credentials"),
        ({"origins": [".*"], "supports_credentials": True}, "origins-star-with-credentials"),
        ({"origins": ["https?://.*"], "supports_credentials": True}, "origin-regex-any"),
        ({"origins": ["http://.*"], "supports_credentials": True}, "origin-regex-any"),
        ({"origins": [re.compile(".*")], "supports_credentials": True}, "origin-regex-any"),
        (
            {"origins": [r"https://[a-z]*example\.com"], "supports_credentials": True},
            "origin-regex-loose-with-credentials",
        ),
        (
            {"origins": [r"https://\w+\.(com|org)"], "supports_credentials": True},
            "origin-regex-loose-with-credentials",
        ),
        ({"origins": ["https://["]}, "regex-invalid"),
        ({"origins": [3]}, "origin-type"),
        ({"origins": [re.compile(b"https")]}, "origin-type"),
        ({"origins": [APP + "/"]}, "origin-path"),
        ({"origins": ["app.example.com"]}, "origin-scheme-missing"),
        ({"origins": ["http://a.example"], "supports_credentials": True}, "origin-insecure"),
        ({"origins": ["null"], "supports_credentials": True}, "origin-null-with-credentials"),
        ({"supports_credentials": "false"}, "supports-credentials-text"),
        ({"methods": "*"}, "methods-star"),
        ({"methods": ["P UT", "(("]}, "method"),
        ({"allow_headers": [r"X-COMPANY-.*"]}, "allow-headers-pattern"),
        ({"allow_headers": re.compile("X-A")}, "allow-headers-pattern"),
        ({"allow_headers": [3]}, "allow-headers-type"),
        ({"allow_headers": ["X A"]}, "header"),
        ({"expose_headers": "*", "supports_credentials": True}, "expose-star-with-credentials"),
        ({"max_age": "soon"}, "max-age"),
        ({"resources": r"/api*"}, "resource-regex"),
        ({"resources": "api"}, "resource-regex"),
        ({"resources": "/a["}, "regex-invalid"),
        ({"resources": 3}, "resource-type"),
        ({"resources": {"/a/*": 3}}, "resource-type"),
        ({"resources": {"/a/*": {}, "/a/.*": {"origins": "*"}}}, "resource-twice"),
        ({"orgins": [APP]}, "option-unknown"),
    ],
    ids=repr,
)
def test_what_is_unsafe_or_has_no_equivalent_is_an_error(
    options: Mapping[str, Any], code: str
) -> None:
    found = translate({**LISTED, **options}).errors
    assert code in [each.code for each in found]
    assert all(each.message and each.hint for each in found)


def test_every_option_of_flask_cors_is_known() -> None:
    from flask_cors.core import CONFIG_OPTIONS, DEFAULT_OPTIONS

    assert sorted(CONFIG_KEYS) == sorted(CONFIG_OPTIONS)
    assert sorted(CONFIG_KEYS.values()) == sorted(DEFAULT_OPTIONS)


def test_every_code_is_provoked_here() -> None:
    text = "".join(
        (Path(__file__).parent / name).read_text()
        for name in ("test_migration.py", "test_compat.py")
    )
    assert [code for code in [*NOTES, *ERRORS] if f'"{code}"' not in text] == []
    assert NOTES.keys() >= DECISIONS
    assert not NOTES.keys() & ERRORS.keys()


def test_defaults_allow_every_origin_and_say_so() -> None:
    translation = translate({})
    assert dict(translation.settings) == {"origins": "*", "max_age": None}
    assert [each.code for each in translation.notes] == ["origins-unstated", "max-age-unset"]
    assert translation.decisions == ()


def test_decisions_are_the_notes_that_need_a_person() -> None:
    translation = translate({"origins": "null", "vary_header": True})
    assert [each.code for each in translation.decisions] == ["origin-null"]


def test_errors_of_the_policy_name_the_options_of_flask_cors() -> None:
    (found,) = translate({**LISTED, "allow_headers": ["X A"]}).errors
    assert found.field == "allow_headers"
    assert "allow_headers: 'X A'" in found.message
    (found,) = translate({"origins": "null", "supports_credentials": True}).errors
    assert "supports_credentials=True" in found.message
    assert "write supports_credentials=False" in found.hint


def test_config_keys_are_read_as_flask_cors_reads_them() -> None:
    config = {"CORS_ORIGINS": [APP], "CORS_MAX_AGE": None, "CORS_ORIGIN": "x", "DEBUG": True}
    assert options_from_config(config) == {"origins": [APP]}


# Regular expressions for origins.

REGEXES: list[tuple[str, tuple[str, ...] | None, str | None]] = [
    # The expression, the patterns for it (None: a function), an origin that slips through.
    (r"https://.*\.example\.com", ("https://*.example.com",), f"{APP}.evil.test"),
    (r"https://.+\.example\.com", ("https://*.example.com",), f"{APP}.evil.test"),
    (r"https://.*.example.com", ("https://*.example.com",), f"{APP}.evil.test"),
    (
        r"https://.*example\.com$",
        ("https://example.com", "https://*.example.com"),
        "https://evilexample.com",
    ),
    (r"^https://(.*\.)?example\.com$", ("https://example.com", "https://*.example.com"), None),
    (r"^https://(?:.*\.)?a\.example$", ("https://a.example", "https://*.a.example"), None),
    (r"^https?://a\.example$", ("https://a.example", "http://a.example"), None),
    (r"^(https|http)://a\.example$", ("https://a.example", "http://a.example"), None),
    (r"^http(s)?:\/\/a\.example$", ("https://a.example", "http://a.example"), None),
    (r"^https://app.example.com$", (APP,), "https://app.examplexcom"),
    (r"http://localhost:*", ("http://localhost:*",), "http://localhost.evil.test"),
    (r"^http://localhost(:\d+)?$", ("http://localhost:*",), None),
    (r"^http://localhost(:[0-9]+)?$", ("http://localhost:*",), None),
    (r"http://localhost.*", ("http://localhost:*",), "http://localhost.evil.test"),
    (r"^http://localhost:3000$", ("http://localhost:3000",), None),
    (r"^http://localhost:\d+$", None, None),
    (r"^https://[a-z]+\.example\.com$", None, None),
    (r"https://[a-z]+\.example\.com", None, "https://a.example.com.evil.test"),
    (r"https://(app|www)\.example\.com", None, f"{APP}.evil.test"),
    (r"https://\w+\.example\.com/", None, None),
    (r"https://app\.example\.com\/?", None, f"{APP}.evil.test"),
]


@pytest.mark.parametrize(("text", "patterns", "slips"), REGEXES)
def test_a_regular_expression_has_its_patterns(
    text: str, patterns: tuple[str, ...] | None, slips: str | None
) -> None:
    found = translate_origin(text)
    if patterns is None:
        assert [each.__self__.pattern for each in found.origins] == [text]
        assert f"re.compile({text!r}, re.IGNORECASE).fullmatch" in found.written
    else:
        assert found.origins == patterns
    assert found.slips == slips


@pytest.mark.parametrize(("text", "slips"), [(text, slips) for text, _, slips in REGEXES if slips])
def test_an_origin_that_slips_through_is_one_that_flask_cors_allows(text: str, slips: str) -> None:
    options = serialize_options({"origins": text})
    assert is_serialized_origin(slips)
    assert try_match_any_pattern(slips, options.origins, caseSensitive=False)


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        (r"https://[a-z]*example\.com", "https://evilaexample.com"),
        (r"https://[a-z.]*example\.com", "https://evilaexample.com"),
        (r"https://[^/]+\.example\.com.*", "https://a.example.com.evil.test"),
        (r"https://\w+\.com", "https://stranger.com"),
        (r"https://[a-z-]+\.vercel\.app", "https://evila.vercel.app"),
        (r"https://proj-[a-z]+\.vercel\.app", None),
        (r"https://[a-z-]+\.example\.co\.uk", None),
    ],
)
def test_an_expression_that_matches_other_peoples_origins_as_a_whole_is_loose(
    text: str, loose: str | None
) -> None:
    assert translate_origin(text).loose == loose


def test_a_compiled_expression_keeps_its_flags() -> None:
    found = translate_origin(re.compile(r"https://[a-z]+\.a\.example$"))
    assert found.written == r"re.compile('https://[a-z]+\\.a\\.example$').fullmatch"


def test_a_glob_names_an_origin_that_it_does_not_match_there() -> None:
    found = translate_origin("https://*.example.com")
    assert found.origins == ("https://example.com", "https://*.example.com")
    assert (found.slips, found.missed) == ("https://example.com.evil.test", APP)
    matched = re.compile("https://*.example.com").match
    assert matched("https://example.com")
    assert matched("https://example.com.evil.test")
    assert not matched(APP)


@pytest.mark.parametrize("text", ["*", "a", "a.b", "a+", "[", "a|b", r"\.", "a?", "(", "^a", "$"])
def test_the_heuristic_is_that_of_flask_cors(text: str) -> None:
    assert is_regex(text) == probably_regex(text)
    assert is_regex(re.compile("a"))


# Resources.


@pytest.mark.parametrize(
    ("resource", "prefix"),
    [
        (r"/api/*", "/api"),
        ("/api/.*", "/api"),
        (r"^/api/.*$", "/api"),
        (r"^/api/", "/api"),
        ("/api/v1.0/*", "/api/v1.0"),
        (r"/api/v1\.0/*", "/api/v1.0"),
        ("/api/(.*)", "/api"),
        (re.compile("/api/.*"), "/api"),
        (re.compile("/api/"), "/api"),
        ("*", "/"),
        ("/*", "/"),
        (".*", "/"),
        ("/one", "/one"),
        ("/", None),
        ("^/$", None),
        ("/api*", None),
        (r"/v\d+/.*", None),
        ("^/api/$", "/api"),
        (re.compile("/api"), "/api"),
        (r"/a\+b", "/a+b"),
        ("^", None),
        ("api", None),
        ("api/*", None),
    ],
)
def test_a_resource_has_its_prefix(resource: str | re.Pattern[str], prefix: str | None) -> None:
    assert translate_resource(resource).prefix == prefix


@pytest.mark.parametrize(
    ("resource", "matches"),
    [
        ("/api*", ("/ap", "/api", "/apix", "/api/x")),
        (r"/v\d+/.*", ("/v1/", "/v1/x")),
        ("^", ("/x",)),
        ("/", ("/",)),
    ],
)
def test_another_expression_is_told_with_paths_that_it_matches(
    resource: str, matches: tuple[str, ...]
) -> None:
    assert translate_resource(resource).matches == matches


def test_resources_become_scopes_that_inherit_nothing() -> None:
    translation = translate(
        {
            "max_age": 60,
            "origins": [APP],
            "resources": {
                r"/api/*": {"origins": ["https://b.example"]},
                re.compile("/open/.*"): {"origins": "*", "max_age": None},
                "/c/*": {},
            },
        }
    )
    assert dict(translation.settings) == {"origins": []}
    assert [(each.prefix, dict(each.settings)) for each in translation.scopes] == [
        ("/api", {"origins": ["https://b.example"], "max_age": 60}),
        ("/open", {"origins": "*", "max_age": None}),
        ("/c", {"origins": [APP], "max_age": 60}),
    ]


def test_the_resource_of_all_paths_is_the_app() -> None:
    translation = translate({**LISTED, "resources": [r"/api/*", "/*"]})
    assert dict(translation.settings) == LISTED
    assert [each.prefix for each in translation.scopes] == ["/api"]
    assert translate({**LISTED, "resources": r"/*"}) == translate(LISTED)


def test_no_resources_allow_nobody() -> None:
    assert translate({"resources": {}}) == Translation({"origins": []})


def test_a_note_on_a_resource_names_it() -> None:
    translation = translate({"max_age": 1, "resources": {r"/api/*": {"origins": "null"}}})
    assert translation.decisions[0].message.startswith("resource '/api/*': origin 'null'")


def test_a_translation_is_a_value() -> None:
    translation = translate(LISTED)
    with pytest.raises(TypeError):
        translation.settings["origins"] = "*"  # type: ignore[index]
    with pytest.raises(PolicyError):
        Policy(**translate({**LISTED, "origins": ["a"]}).settings)
