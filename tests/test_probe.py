"""`flask cors check --probe`: origin functions are called with the origins of attackers."""

import fnmatch
import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlsplit

import pytest
from click.testing import Result
from flask import Flask, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from flask_crossorigin import CrossOrigin
from flask_crossorigin.inspection.probe import MAX_SEEDS, registrable_domain
from flask_crossorigin.inspection.probe_messages import PROBED
from flask_crossorigin.inspection.probe_seeds import seeds_in, texts_of

from . import core_helpers

APP = "https://app.example.com"
ALLOWED = {APP, "https://admin.example.com"}
WRITTEN = "https://app.example.com,https://admin.example.com"
UNESCAPED = re.compile("https://app.example.com$")
HOST = re.compile(r"(.+\.)?example\.com")


def app_with(origins: Any, **settings: Any) -> Flask:
    app = Flask("probed", static_folder=None)
    CrossOrigin(app, origins=origins, **settings)
    app.add_url_rule("/marks", "marks", lambda: "marks")
    return app


def run(app: Flask, *arguments: str) -> Result:
    """Run ``flask cors check --probe``."""
    return app.test_cli_runner().invoke(args=["cors", "check", "--probe", *arguments])


def findings(origins: Any, *arguments: str, **settings: Any) -> list[dict[str, Any]]:
    """Return the findings of a probe of `origins`."""
    result = run(app_with(origins, **settings), "--json", *arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found: list[dict[str, Any]] = json.loads(result.output)["findings"]
    return found


def codes(origins: Any, *arguments: str, **settings: Any) -> set[str]:
    return {each["code"] for each in findings(origins, *arguments, **settings)}


def allowed(origins: Any, *arguments: str, **settings: Any) -> list[str]:
    """Return the origins of attackers that get in."""
    found = findings(origins, *arguments, **settings)
    return [each["value"] for each in found if each["code"] == "probe-allowed"]


# Faulty functions of the kinds that advisories describe.


def normalized(origin: str) -> bool:
    return origin.strip().lower() == APP


def by_match(origin: str) -> bool:
    return re.match(r"https://app\.example\.com", origin) is not None


def by_search(origin: str) -> bool:
    return re.search(r"example\.com$", origin) is not None


def by_split(origin: str) -> bool:
    return origin.split("://")[-1].split(":")[0] in ("app.example.com", "localhost")


class Suffixes:
    """A store of domains, without the dot."""

    def __init__(self) -> None:
        self.domains = ["example.com"]

    def allows(self, origin: str) -> bool:
        return any(origin.endswith(each) for each in self.domains)


class Slots:
    __slots__ = ("domain",)

    def __init__(self) -> None:
        self.domain = "example.com"

    def __call__(self, origin: str) -> bool:
        return self.domain in origin


def closing_over(domain: str) -> Callable[[str], bool]:
    return lambda origin: origin.endswith(domain)


def begins_with(prefix: str, origin: str) -> bool:
    return origin.startswith(prefix)


def ends_with_host(origin: str, request: Any) -> bool:
    return origin.endswith(request.host.partition(":")[0])


GETS_IN: dict[str, Any] = {
    "every origin": lambda origin: True,
    "every origin that is not null": lambda origin: origin != "null",
    "every https origin": lambda origin: origin.startswith("https://"),
    "endswith without a dot": lambda origin: origin.endswith("example.com"),
    "endswith of a hyphenated name": lambda origin: origin.endswith("-team.vercel.app"),
    "endswith a public suffix": lambda origin: origin.endswith(".vercel.app"),
    "endswith a top-level domain": lambda origin: origin.endswith(".com"),
    "startswith": lambda origin: origin.startswith("https://app.example.com"),
    "startswith a label": lambda origin: origin.startswith("https://preview-"),
    "startswith any of several": lambda origin: origin.startswith(tuple(ALLOWED)),
    "substring": lambda origin: "example.com" in origin,
    "substring of a listed text": lambda origin: origin in WRITTEN,
    "find": lambda origin: origin.find("app.example.com") >= 0,
    "re.match without an end": by_match,
    "re.search without a beginning": by_search,
    "regex with an unescaped dot": lambda origin: UNESCAPED.match(origin) is not None,
    "fullmatch with an unescaped dot": re.compile("https://app.example.com").fullmatch,
    "fullmatch of a name without a dot": re.compile(r"https://.*example\.com").fullmatch,
    "fullmatch of any suffix": re.compile(r"https://app\.example\.com.*").fullmatch,
    "fullmatch of any characters": re.compile(r"https://[a-z.]*example\.com").fullmatch,
    "precedence of |": lambda origin: (
        re.search(r"^https://app\.example\.com|admin\.example\.org$", origin) is not None
    ),
    "fnmatch without a dot": lambda origin: fnmatch.fnmatch(origin, "https://*example.com"),
    "fnmatch with a star at the end": lambda origin: fnmatch.fnmatch(origin, f"{APP}*"),
    "hostname endswith": lambda origin: (urlsplit(origin).hostname or "").endswith("example.com"),
    "hostname startswith": lambda origin: (urlparse(origin).hostname or "").startswith(
        "app.example.com"
    ),
    "netloc substring": lambda origin: "app.example.com" in urlparse(origin).netloc,
    "first label": lambda origin: urlsplit(origin).netloc.split(".")[0] in {"app", APP},
    "hyphen for a dot": lambda origin: origin.replace("-", ".") == APP,
    "attribute of a store": Suffixes(),
    "attribute of a callable object": Slots(),
    "variable of a closure": closing_over("example.com"),
    "argument of a partial": functools.partial(begins_with, APP),
    "method of a text": APP.startswith,
    "host of the request": ends_with_host,
    "cached": functools.lru_cache(lambda origin: origin.startswith(APP)),
    "localhost in the origin": lambda origin: "localhost" in origin,
    "digits for letters": lambda origin: origin.translate(str.maketrans("01", "ol")) == APP,
}

CARELESS: dict[str, tuple[str, Any]] = {
    "port ignored": ("probe-port", lambda origin: urlsplit(origin).hostname == "app.example.com"),
    "port cut off": ("probe-port", by_split),
    "port prefix": (
        "probe-port",
        lambda origin: re.match(r"https://app\.example\.com:844\d+$", origin),
    ),
    "scheme ignored": ("probe-scheme", lambda origin: origin.endswith("//app.example.com")),
    "scheme optional": ("probe-scheme", re.compile(r"https?://app\.example\.com").fullmatch),
    "case ignored": ("probe-malformed", lambda origin: origin.lower() == APP),
    "regex ignores case": ("probe-malformed", re.compile(re.escape(APP), re.IGNORECASE).fullmatch),
    "white space ignored": ("probe-malformed", normalized),
    "null allowed": ("probe-malformed", lambda origin: origin in {"null", APP}),
    "$ before a line break": (
        "probe-malformed",
        lambda origin: re.match(r"^https://app\.example\.com$", origin),
    ),
    "slash ignored": ("probe-malformed", lambda origin: origin.rstrip("/") == APP),
    "trailing dot ignored": ("probe-malformed", lambda origin: origin.rstrip(".") == APP),
    "user ignored": (
        "probe-malformed",
        lambda origin: origin.replace("user@", "") == APP,
    ),
    "scheme missing": ("probe-malformed", lambda origin: origin in (APP, "app.example.com")),
    "one of several in one header": ("probe-malformed", lambda origin: APP in origin.split(",")),
}


@pytest.mark.parametrize("function", GETS_IN.values(), ids=GETS_IN)
def test_function_that_lets_an_attacker_in_is_an_error(function: Any) -> None:
    assert allowed(function) != []


@pytest.mark.parametrize("function", GETS_IN.values(), ids=GETS_IN)
def test_origin_of_the_error_really_gets_in(function: Any) -> None:
    """It is the app that is asked, not the function."""
    app = app_with(function)
    for origin in allowed(function):
        response = app.test_client().get("/marks", headers={"Origin": origin})
        assert response.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(("code", "function"), CARELESS.values(), ids=CARELESS)
def test_careless_function_has_a_warning(code: str, function: Any) -> None:
    found = codes(function)
    assert code in found
    assert "probe-allowed" not in found


# Functions that are right.


def in_database(origin: str) -> bool:
    return current_app.config["TENANTS"].get(origin) is not None


class Tenants:
    def __init__(self) -> None:
        self.origins = {"https://a.example", "https://b.example"}

    def allows(self, origin: str) -> bool:
        return origin in self.origins


class ByRequest:
    def allows(self, origin: str, request: Any) -> bool:
        return bool(origin == f"https://{request.host}")


def below_own_domain(origin: str) -> bool:
    parts = urlsplit(origin)
    return (
        parts.scheme == "https"
        and parts.port is None
        and (parts.hostname or "").endswith(".example.com")
    )


def helper(origin: str) -> bool:
    return origin in ALLOWED


def with_default(origin: str, *, listed: tuple[str, ...] = (APP,)) -> bool:
    return origin in listed


def local(origin: str) -> bool:
    return urlsplit(origin).hostname == "localhost"


RIGHT: dict[str, Any] = {
    "equal": lambda origin: origin == APP,
    "in a set": lambda origin: origin in ALLOWED,
    "in a tuple": lambda origin: origin in (APP, "https://admin.example.com"),
    "in a list of split text": lambda origin: origin in WRITTEN.split(","),
    "in a dictionary": {APP: 1}.get,
    "method of a set": ALLOWED.__contains__,
    "method of a frozen set": frozenset(ALLOWED).__contains__,
    "equal text": APP.__eq__,
    "fullmatch": re.compile(r"https://app\.example\.com").fullmatch,
    "fullmatch of subdomains": re.compile(r"https://[a-z0-9-]+\.example\.com").fullmatch,
    "fullmatch of optional subdomains": re.compile(r"https://(.+\.)?example\.com").fullmatch,
    "fullmatch of alternatives": re.compile(r"https://(app|www)\.example\.com").fullmatch,
    "fullmatch of two": re.compile(r"https://a\.example|https://b\.example").fullmatch,
    "fullmatch of previews": re.compile(r"https://app-[0-9a-f]+\.vercel\.app").fullmatch,
    "fullmatch of previews of a team": re.compile(r"https://app-\w+-me\.vercel\.app").fullmatch,
    "fullmatch of ports": re.compile(r"http://localhost:[0-9]+").fullmatch,
    "fullmatch of a host": lambda origin: (
        origin.startswith("https://") and HOST.fullmatch(origin[8:]) is not None
    ),
    "re.fullmatch": lambda origin: re.fullmatch(r"https://app\.example\.com", origin) is not None,
    "match with \\Z": lambda origin: re.match(r"https://app\.example\.com\Z", origin) is not None,
    "endswith a dot": lambda origin: origin.endswith(".example.com"),
    "endswith a dot, with its scheme": below_own_domain,
    "subdomain of a co.uk domain": lambda origin: origin.endswith(".example.co.uk"),
    "subdomain of an own name below a public suffix": lambda origin: origin.endswith(
        ".me.github.io"
    ),
    "intranet": lambda origin: origin.endswith(".intranet.internal"),
    "any port of this machine": local,
    "store": Tenants(),
    "database": in_database,
    "own host": ByRequest(),
    "helper": lambda origin: helper(origin),
    "default argument": with_default,
    "partial": functools.partial(lambda listed, origin: origin in listed, {APP}),
    "cached": functools.lru_cache(helper),
    "address": lambda origin: origin == "https://192.0.2.1:8443",
    "IPv6 address": lambda origin: origin == "https://[2001:db8::1]",
    "another scheme": lambda origin: origin == "capacitor://localhost",
    "international name": lambda origin: origin == "https://xn--maage-mqa.example",
    "nothing": lambda origin: False,
}


@pytest.mark.parametrize("credentials", [False, True])
@pytest.mark.parametrize("function", RIGHT.values(), ids=RIGHT)
def test_function_that_is_right_has_no_error(function: Any, credentials: bool) -> None:
    app = app_with(function, credentials=credentials)
    app.config["TENANTS"] = {APP: 1}
    result = run(app, "--json")
    found = json.loads(result.output)["findings"]
    assert [each for each in found if each["level"] == "error"] == []
    assert {each["code"] for each in found} <= {
        "probe-insecure", "probe-malformed", "probe-subdomain", "probe-without-seed",
        "probe-scheme", "probe-port",
    }  # fmt: skip
    assert result.exit_code == 0


def test_tables_have_thirty_functions_of_each_kind() -> None:
    assert min(len(GETS_IN) + len(CARELESS), len(RIGHT)) >= 30


# Findings.


def test_finding_names_the_origin_the_rule_and_the_fix() -> None:
    found = findings(GETS_IN["endswith without a dot"])[0]
    assert found["level"] == "error"
    assert (found["code"], found["field"]) == ("probe-allowed", "origins")
    assert found["value"] == "https://attackerexample.com"
    assert found["message"] == (
        "app: function tests.test_probe.<lambda> allows 'https://attackerexample.com', which only "
        "ends like https://example.com. An attacker can own it and read your responses."
    )
    assert "'https://*.example.com'" in found["hint"]


def test_error_fails_the_command() -> None:
    result = run(app_with(lambda origin: True))
    assert result.exit_code == 1
    assert result.output.startswith("error probe-allowed\n  app: function tests.test_probe.")
    assert result.output.endswith("\n\nProbed 1 origin function.\n1 error, 0 warnings.\n")


def test_subdomains_are_information() -> None:
    app = app_with(RIGHT["fullmatch of subdomains"])
    result = run(app, "--strict")
    assert result.exit_code == 0
    assert result.output.startswith("information probe-subdomain\n")
    assert result.output.endswith("OK: no errors, no warnings.\n")
    (found,) = findings(RIGHT["fullmatch of subdomains"])
    assert (found["level"], found["value"]) == ("information", "https://attackera.example.com")
    assert run(app, "--ignore", "probe-subdomain").output == (
        "Probed 1 origin function.\nOK: no errors, no warnings.\n"
    )


def test_function_of_several_scopes_is_probed_once() -> None:
    called = []

    def every(origin: str) -> bool:
        called.append(origin)
        return True

    app = app_with(every)
    app.extensions["crossorigin"].apply("/marks", max_age=1)
    found = json.loads(run(app, "--json").output)["findings"]
    assert [each["message"].partition(":")[0] for each in found] == ["app"]
    assert called == ["https://attacker.test"]


def test_no_function_is_called_without_the_option() -> None:
    def fail(origin: str) -> bool:
        raise AssertionError(origin)

    result = app_with(fail).test_cli_runner().invoke(args=["cors", "check"])
    assert result.output == "OK: no errors, no warnings.\n"


def test_policies_without_functions_have_nothing_to_probe() -> None:
    for origins in ([APP, "https://*.example.org"], "*"):
        assert run(app_with(origins)).output == (
            "Probed 0 origin functions.\nOK: no errors, no warnings.\n"
        )


def test_disabled_scope_is_not_probed() -> None:
    app = app_with([APP])
    cors = app.extensions["crossorigin"]
    app.add_url_rule("/off", "off", cors.disable(lambda: ""))
    assert "Probed 0 origin functions." in run(app).output


def test_configuration_errors_come_first() -> None:
    app = app_with(lambda origin: True, credentials=True)
    app.extensions["crossorigin"].apply("/marks", origins="*")
    found = json.loads(run(app, "--json").output)["findings"]
    codes = [each["code"] for each in found]
    assert codes[:2] == ["origins-star-with-credentials", "probe-allowed"]


def test_http_origin_is_information_if_no_function_is_called_for_it() -> None:
    function = CARELESS["scheme optional"][1]
    (found,) = findings(function, credentials=True)
    assert (found["level"], found["code"]) == ("information", "probe-insecure")
    settings = {"credentials": True, "allow_insecure_origins": True}
    assert codes(function, **settings) == {"probe-scheme"}
    assert codes(lambda origin: origin.startswith("http://localhost"), credentials=True) == {
        "probe-insecure"
    }


def test_function_is_probed_for_each_rule_about_http() -> None:
    function = CARELESS["scheme optional"][1]
    app = app_with(function, credentials=True)
    app.extensions["crossorigin"].apply("/marks", credentials=False)
    result = run(app, "--json")
    found = json.loads(result.output)["findings"]
    assert [each["code"] for each in found] == ["probe-scheme", "probe-insecure"]
    assert "Probed 1 origin function." in run(app).output


# Seeds.


def unknown(domain: str) -> Callable[[str], bool]:
    """Return a faulty function whose domain is not found."""
    codes = [ord(each) for each in domain]
    return lambda origin: origin.endswith("".join(map(chr, codes)))


def test_function_without_a_seed_could_not_be_probed() -> None:
    (found,) = findings(unknown("example.com"))
    assert (found["level"], found["code"]) == ("warning", "probe-without-seed")
    assert found["value"] == "function tests.test_probe.unknown.<locals>.<lambda>"
    assert run(app_with(unknown("example.com")), "--strict").exit_code == 1


def test_origin_of_the_command_line_is_a_seed() -> None:
    found = allowed(unknown("example.com"), "--origin", "https://b.example", "--origin", APP)
    assert "https://attackerexample.com" in found


@pytest.mark.parametrize("listed", [APP, "https://*.example.com", "https://app-*.example.com:*"])
def test_listed_origin_is_a_seed(listed: str) -> None:
    assert "https://attackerexample.com" in allowed([listed, unknown("example.com")])


def test_origin_of_another_scope_is_a_seed() -> None:
    app = app_with(unknown("example.com"))
    app.extensions["crossorigin"].apply("/marks", origins=[APP])
    assert "https://attackerexample.com" in run(app).output


def test_server_name_is_a_seed() -> None:
    app = app_with(unknown("example.com"))
    app.config["SERVER_NAME"] = "api.example.com"
    assert "https://attackerexample.com" in run(app).output


@pytest.mark.parametrize("name", ["", "Not A Name", "API.example.com:443", "localhost:5000"])
def test_any_server_name_is_accepted(name: str) -> None:
    app = app_with(lambda origin: origin == APP)
    app.config["SERVER_NAME"] = name
    assert run(app).exit_code == 0


def test_server_name_is_the_host_of_the_request() -> None:
    app = app_with(ends_with_host)
    app.config["SERVER_NAME"] = "example.com"
    assert "https://attackerexample.com" in run(app).output


def test_origin_that_is_written_down_is_no_finding() -> None:
    ports = (APP, "https://app.example.com:8443", "http://app.example.com")
    assert findings(lambda origin: origin in ports) == []


def test_attacks_are_limited() -> None:
    called = set()
    many = {f"https://site{number}.example" for number in range(10 * MAX_SEEDS)}

    def check(origin: str) -> bool:
        called.add(origin)
        return origin in many

    assert codes(check) == set()
    assert MAX_SEEDS < len(called) < 100 * MAX_SEEDS


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("https://app.example.com", [APP]),
        ("app.example.com", [APP]),
        (".example.com", ["https://example.com"]),
        ("-me.vercel.app", ["https://me.vercel.app"]),
        (".com", ["https://com"]),
        ("https://a.example,https://b.example", ["https://a.example", "https://b.example"]),
        (r"^https://app\.example\.com$", [APP]),
        (r"\Ahttps://app\.example\.com\Z", [APP]),
        (r"https://app[.]example[.]com", [APP]),
        (r"https://app\.example\.com.*", [APP]),
        (r"\.example\.com", ["https://example.com"]),
        ("https://app.example.com*", [APP]),
        ("http://localhost:*", ["http://localhost", "http://localhost:5173"]),
        ("https://*.vercel.app", ["https://vercel.app"]),
        (r"https://.*\.vercel\.app", ["https://vercel.app"]),
        ("localhost", ["http://localhost"]),
        ("https://x-*.a.example",
         ["https://x-a.a.example", "https://x-7.a.example", "https://a.example"]),
        ("https://", []),
        ("null", []),
        ("word", []),
        ("", []),
        ("a" * 2000 + ".example", []),
    ],
)  # fmt: skip
def test_seeds_are_found_in_texts(text: str, seeds: list[str]) -> None:
    assert list(seeds_in([text])) == seeds


def of_a_class(origin: str) -> bool:
    return origin in Settings.ORIGINS


class Settings:
    ORIGINS = (APP,)

    @staticmethod
    def check(origin: str) -> bool:
        return origin == "https://static.example"

    @classmethod
    def check_all(cls, origin: str) -> bool:
        return origin in cls.ORIGINS


class Inherited(Tenants):
    pass


def of_a_module(origin: str) -> bool:
    return bool(origin == core_helpers.APP)


def nested(origin: str) -> bool:
    return any(origin == each for each in ("https://nested.example",))


def proxied(origin: str) -> bool:
    return bool(request.host == origin and current_app.name == origin)


def never_set() -> Callable[[str], bool]:
    if not APP:
        late = APP
    return lambda origin: origin == late


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (of_a_class, APP),
        (Settings.check, "https://static.example"),
        (Settings.check_all, APP),
        (Settings(), "https://static.example"),
        (Inherited().allows, "https://b.example"),
        (of_a_module, core_helpers.APP),
        (nested, "https://nested.example"),
        (HOST.fullmatch, HOST.pattern),
        ({APP: ["https://value.example"]}.get, "https://value.example"),
        (functools.lru_cache(nested), "https://nested.example"),
    ],
)
def test_texts_that_a_function_refers_to_are_found(function: Any, text: str) -> None:
    assert text in list(texts_of(function))


@pytest.mark.parametrize("function", [proxied, never_set(), local, len, print, Flask("x").route])
def test_nothing_is_found_in_other_packages(function: Any) -> None:
    assert APP not in list(texts_of(function))


def test_references_in_a_circle_end() -> None:
    circle: list[Any] = [APP]
    circle.append(circle)
    assert list(texts_of(circle.__contains__)) == [APP]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("app.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("me.github.io", "me.github.io"),
        ("github.io", "github.io"),
        ("a.corp.internal", "corp.internal"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("[::1]", "[::1]"),
    ],
)
def test_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


# Calls.


def test_exception_is_reported() -> None:
    def broken(origin: str) -> bool:
        return bool({APP: True}[origin])

    found = findings(broken)
    assert [(each["level"], each["code"]) for each in found] == [("warning", "probe-failed")]
    assert "raised KeyError('https://attacker.test') for the origin" in found[0]["message"]


def test_wrong_result_is_reported() -> None:
    found = findings(lambda origin: object())
    assert [each["code"] for each in found] == ["probe-failed", "probe-without-seed"]
    assert "must return True or False" in found[0]["message"]


def test_exception_for_a_text_that_no_browser_sends_is_not_reported() -> None:
    def needs_scheme(origin: str) -> bool:
        return origin.split("://")[1] == "app.example.com" and origin == APP

    assert findings(needs_scheme) == []


def test_function_gets_a_request_of_the_app() -> None:
    seen = []

    def check(origin: str, request: Any) -> bool:
        seen.append((request.headers["Origin"] == origin, request.host, type(request)))
        return bool(origin == APP and request.method == "GET")

    app = app_with(check)
    assert run(app).exit_code == 0
    assert set(seen) == {(True, "localhost", app.request_class)}


def test_session_that_can_not_be_opened_is_reported() -> None:
    class Sessions(SecureCookieSessionInterface):
        def open_session(self, *_: Any) -> SecureCookieSession | None:
            raise ConnectionError("no store")

    app = app_with(lambda origin: origin == APP)
    app.session_interface = Sessions()
    found = json.loads(run(app, "--json").output)["findings"]
    assert [each["code"] for each in found] == ["probe-failed", "probe-without-seed"]


# The command line.


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--origin", "https://*.example.com"], "is an origin pattern. Write one origin"),
        (["--origin", f"{APP}/"], "an Origin header never has a path"),
        (["--origin", "null"], "'null' is not the origin of one site. Leave it out."),
        (["--ignore", "probe-allowed"], "'probe-allowed' is not one of"),
    ],
)
def test_wrong_usage_is_an_error(arguments: list[str], sentence: str) -> None:
    result = run(app_with([APP]), *arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


def test_origin_without_probe_is_wrong_usage() -> None:
    arguments = ["cors", "check", "--origin", APP]
    result = app_with([APP]).test_cli_runner().invoke(args=arguments)
    assert (result.exit_code, "Add --probe." in result.output) == (2, True)


def test_help_explains_the_probe() -> None:
    result = app_with([APP]).test_cli_runner().invoke(args=["cors", "check", "--help"])
    text = " ".join(result.output.split())
    assert "--probe calls every origin function, and every object with an `allows` method" in text


@pytest.mark.parametrize("code", PROBED)
def test_every_finding_has_a_hint_and_is_provoked(code: str) -> None:
    message, hint = PROBED[code]
    assert re.fullmatch("probe-[a-z]+(-[a-z]+)*", code)
    assert message.endswith(".")
    assert hint.endswith(".")
    assert Path(__file__).read_text().count(f'"{code}"') > 0
