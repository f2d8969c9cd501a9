"""The demo's API, its servers and its command line (examples/bulleval)."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bulleval import api, book, serve

EXAMPLES = Path(__file__).parent.parent / "examples"
FRONT_END = "http://app.bulleval.localhost:8000"
STRANGER = "http://stranger.localhost:8002"
PROBE = "0123456789abcdef0123456789abcdef"
MARK = {"pupil": 1, "subject": "Chemistry", "value": 15.5, "comment": "Nothing exploded."}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("prepared")
    book.prepare(data)
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def client(data: Path) -> FlaskClient:
    """A page of the front end: every request has its origin."""
    client = api.create_app(data, FRONT_END).test_client()
    client.environ_base["HTTP_ORIGIN"] = FRONT_END
    return client


@pytest.fixture
def teacher(client: FlaskClient) -> FlaskClient:
    assert sign_in(client, "ines", "chalk").status_code == 200
    return client


@pytest.fixture
def reader(client: FlaskClient) -> FlaskClient:
    assert sign_in(client, "sam", "pupil").status_code == 200
    return client


def sign_in(client: FlaskClient, username: str, password: str) -> TestResponse:
    return client.post("/session", json={"username": username, "password": password})


def preflight(
    client: FlaskClient, path: str, method: str, origin: str = FRONT_END, **headers: str
) -> TestResponse:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, **headers}
    return client.options(path, headers=asked)


def allowed_origin(response: TestResponse) -> str | None:
    return response.headers.get("Access-Control-Allow-Origin")


def is_readable(response: TestResponse) -> bool:
    """Whether the front end's scripts may read it, with credentials."""
    credentials = response.headers.get("Access-Control-Allow-Credentials")
    return allowed_origin(response) == FRONT_END and credentials == "true"


def problem(response: TestResponse) -> dict[str, Any]:
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert body["status"] == response.status_code
    return body


class TestSession:
    def test_sample_teacher_signs_in(self, client: FlaskClient) -> None:
        response = sign_in(client, "ines", "chalk")
        assert response.get_json() == {
            "username": "ines",
            "name": "Inès Moreau",
            "may_write": True,
        }

    def test_cookie_is_for_the_server_and_its_own_site(self, client: FlaskClient) -> None:
        cookie = sign_in(client, "ines", "chalk").headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_session_tells_who_is_signed_in(self, teacher: FlaskClient) -> None:
        assert teacher.get("/session").get_json()["username"] == "ines"

    def test_nobody_signed_in_is_401_that_the_page_can_read(self, client: FlaskClient) -> None:
        response = client.get("/session")
        assert response.status_code == 401
        assert is_readable(response)
        assert problem(response)["detail"]

    @pytest.mark.parametrize(("username", "password"), [("ines", "cheese"), ("nobody", "chalk")])
    def test_wrong_sign_in_does_not_say_what_is_wrong(
        self, client: FlaskClient, username: str, password: str
    ) -> None:
        response = sign_in(client, username, password)
        assert response.status_code == 401
        assert is_readable(response)
        assert problem(response)["detail"] == "No user has this name and password."

    def test_sign_out_ends_the_session(self, teacher: FlaskClient) -> None:
        assert teacher.delete("/session").status_code == 204
        assert teacher.get("/session").status_code == 401

    def test_sign_out_without_a_session_is_no_error(self, client: FlaskClient) -> None:
        assert client.delete("/session").status_code == 204

    def test_missing_fields_are_named(self, client: FlaskClient) -> None:
        response = client.post("/session", json={})
        assert response.status_code == 422
        pointers = {error["pointer"] for error in problem(response)["errors"]}
        assert pointers == {"#/username", "#/password"}

    def test_forged_cookie_is_nobody(self, client: FlaskClient) -> None:
        client.set_cookie("bulleval", "eyJ1c2VyIjoiaW5lcyJ9.aaaaaa.forged")
        assert client.get("/session").status_code == 401


class TestReading:
    def test_pupils_are_listed_by_name(self, reader: FlaskClient) -> None:
        names = [pupil["name"] for pupil in reader.get("/pupils").get_json()]
        assert names == sorted(book.MARKS)

    def test_marks_are_listed(self, reader: FlaskClient) -> None:
        marks = reader.get("/marks").get_json()
        assert len(marks) == sum(len(marks) for marks in book.MARKS.values())
        assert set(marks[0]) == {"id", "pupil", "subject", "value", "comment", "updated"}

    def test_marks_of_one_pupil(self, reader: FlaskClient) -> None:
        marks = reader.get("/marks?pupil=3").get_json()
        assert {mark["pupil"] for mark in marks} == {3}

    def test_total_count_is_of_the_whole_book_and_exposed(self, reader: FlaskClient) -> None:
        response = reader.get("/marks?pupil=3")
        assert int(response.headers["X-Total-Count"]) > len(response.get_json())
        assert "X-Total-Count" in response.headers["Access-Control-Expose-Headers"]

    def test_server_note_is_sent_and_not_exposed(self, reader: FlaskClient) -> None:
        response = reader.get("/marks")
        assert "X-Server-Note" in response.headers
        assert "X-Server-Note" not in response.headers["Access-Control-Expose-Headers"]

    @pytest.mark.parametrize("pupil", ["x", "-1", "1 OR 1", "9" * 30, "²", ""])
    def test_pupil_that_is_no_number_is_400(self, reader: FlaskClient, pupil: str) -> None:
        response = reader.get("/marks", query_string={"pupil": pupil})
        assert response.status_code == 400
        assert is_readable(response)

    @pytest.mark.parametrize("path", ["/pupils", "/marks", "/marks/1"])
    def test_signed_out_is_401(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).status_code == 401

    def test_no_cache_keeps_marks(self, reader: FlaskClient) -> None:
        assert reader.get("/marks").headers["Cache-Control"] == "no-store"


class TestWriting:
    def test_add(self, teacher: FlaskClient) -> None:
        response = teacher.post("/marks", json=MARK)
        assert response.status_code == 201
        assert MARK.items() <= response.get_json().items()
        assert teacher.get(response.headers["Location"]).get_json() == response.get_json()

    def test_change(self, teacher: FlaskClient) -> None:
        changed = teacher.put("/marks/1", json=MARK | {"value": 3})
        assert changed.status_code == 200
        assert teacher.get("/marks/1").get_json()["value"] == 3

    def test_delete(self, teacher: FlaskClient) -> None:
        assert teacher.delete("/marks/1").status_code == 204
        assert teacher.get("/marks/1").status_code == 404

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    @pytest.mark.parametrize("number", [0, 999, 10**30])
    def test_unknown_mark_is_404(self, teacher: FlaskClient, method: str, number: int) -> None:
        response = teacher.open(f"/marks/{number}", method=method, json=MARK)
        assert response.status_code == 404
        assert is_readable(response)
        assert problem(response)["detail"] == "There is no mark of this number."

    @pytest.mark.parametrize(
        ("method", "path"), [("POST", "/marks"), ("PUT", "/marks/1"), ("DELETE", "/marks/1")]
    )
    def test_reader_is_403_that_the_page_can_read(
        self, reader: FlaskClient, method: str, path: str
    ) -> None:
        response = reader.open(path, method=method, json=MARK)
        assert response.status_code == 403
        assert is_readable(response)
        assert problem(response)["detail"] == "You may read the marks, not change them."
        assert reader.get("/marks/1").status_code == 200

    @pytest.mark.parametrize(
        ("method", "path"), [("POST", "/marks"), ("PUT", "/marks/1"), ("DELETE", "/marks/1")]
    )
    def test_signed_out_is_401(self, client: FlaskClient, method: str, path: str) -> None:
        assert client.open(path, method=method, json=MARK).status_code == 401

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("pupil", 0),
            ("pupil", 999),
            ("pupil", "1"),
            ("pupil", True),
            ("pupil", None),
            ("subject", ""),
            ("subject", "   "),
            ("subject", "x" * 61),
            ("subject", 5),
            ("subject", "\ud800"),
            ("value", -0.5),
            ("value", 20.5),
            ("value", 12.25),
            ("value", 10**400),
            ("value", "12"),
            ("value", True),
            ("value", None),
            ("value", float("nan")),
            ("value", float("inf")),
            ("comment", "x" * 501),
            ("comment", None),
        ],
    )
    def test_wrong_field_is_422_and_named(
        self, teacher: FlaskClient, field: str, value: object
    ) -> None:
        response = teacher.post("/marks", json=MARK | {field: value})
        assert response.status_code == 422
        assert is_readable(response)
        (error,) = problem(response)["errors"]
        assert error["pointer"] == f"#/{field}"
        assert error["detail"]

    def test_all_wrong_fields_are_named_at_once(self, teacher: FlaskClient) -> None:
        response = teacher.post("/marks", json={})
        pointers = {error["pointer"] for error in problem(response)["errors"]}
        assert pointers == {"#/pupil", "#/subject", "#/value"}

    @pytest.mark.parametrize("value", [0, 20, 0.5])
    def test_bounds_are_marks(self, teacher: FlaskClient, value: float) -> None:
        assert teacher.post("/marks", json=MARK | {"value": value}).status_code == 201

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/ld+json"]
    )
    def test_other_content_type_is_415(self, teacher: FlaskClient, content_type: str) -> None:
        response = teacher.post("/marks", data=json.dumps(MARK), content_type=content_type)
        assert response.status_code == 415
        assert is_readable(response)
        assert "application/json" in problem(response)["detail"]

    @pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "1" * 5000])
    def test_body_that_is_no_json_object_is_400(self, teacher: FlaskClient, body: str) -> None:
        response = teacher.post("/marks", data=body, content_type="application/json")
        assert response.status_code == 400
        assert is_readable(response)

    @pytest.mark.parametrize("opening", ["[", '{"pupil":'])
    def test_body_that_is_nested_deeply_is_400(self, teacher: FlaskClient, opening: str) -> None:
        body = opening * (60_000 // len(opening))
        response = teacher.post("/marks", data=body, content_type="application/json")
        assert response.status_code == 400
        assert is_readable(response)
        assert problem(response)["detail"] == "Send JSON that is nested less deeply."

    def test_body_over_the_limit_is_413(self, teacher: FlaskClient) -> None:
        response = teacher.post("/marks", json=MARK | {"comment": "x" * 70_000})
        assert response.status_code == 413
        assert is_readable(response)


class TestCrossOrigin:
    @pytest.mark.parametrize(
        ("path", "method"),
        [
            ("/marks", "POST"),
            ("/marks/1", "PUT"),
            ("/marks/1", "DELETE"),
            ("/session", "POST"),
            ("/no/such/page", "DELETE"),
        ],
    )
    def test_preflight_succeeds_signed_out(
        self, client: FlaskClient, path: str, method: str
    ) -> None:
        asked = {"Access-Control-Request-Headers": "content-type"}
        response = preflight(client, path, method, **asked)
        assert response.status_code == 204
        assert is_readable(response)
        assert method in response.headers["Access-Control-Allow-Methods"]
        assert response.headers["Access-Control-Allow-Headers"] == "content-type"

    def test_unknown_url_is_404_that_the_page_can_read(self, client: FlaskClient) -> None:
        response = client.delete("/no/such/page")
        assert response.status_code == 404
        assert is_readable(response)
        assert problem(response)["title"] == "Not Found"

    def test_wrong_method_is_405_with_what_is_allowed(self, client: FlaskClient) -> None:
        response = client.patch("/marks/1")
        assert response.status_code == 405
        assert is_readable(response)
        assert "PUT" in response.headers["Allow"]

    @pytest.mark.parametrize("origin", [STRANGER, "null"])
    def test_other_origin_may_not_read(self, teacher: FlaskClient, origin: str) -> None:
        response = teacher.get("/marks", headers={"Origin": origin})
        assert response.status_code == 200
        assert allowed_origin(response) is None
        assert "Origin" in response.headers["Vary"]

    @pytest.mark.parametrize("origin", [STRANGER, "null"])
    def test_preflight_of_other_origin_is_403(self, client: FlaskClient, origin: str) -> None:
        response = preflight(client, "/marks/1", "PUT", origin)
        assert response.status_code == 403
        assert allowed_origin(response) is None

    def test_what_the_api_is_can_be_read_by_every_origin(self, client: FlaskClient) -> None:
        response = client.get("/", headers={"Origin": STRANGER})
        assert allowed_origin(response) == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


class TestProbes:
    def test_failure_tells_a_reference_that_is_in_the_log(
        self, client: FlaskClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = client.get("/probes/failure")
        assert response.status_code == 500
        assert is_readable(response)
        reference = problem(response)["detail"].split()[-1].rstrip(".")
        assert reference in caplog.text
        assert "RuntimeError" in caplog.text
        assert "RuntimeError" not in response.text

    def test_forbidden_has_a_message(self, client: FlaskClient) -> None:
        response = client.get("/probes/forbidden")
        assert response.status_code == 403
        assert is_readable(response)
        assert problem(response)["detail"] == "The marks of the teachers are for nobody."

    def test_one_of_two_headers_is_exposed(self, client: FlaskClient) -> None:
        response = client.get("/probes/headers")
        assert {"X-Shown", "X-Hidden"} <= set(response.headers.keys())
        assert response.headers["Access-Control-Expose-Headers"] == "X-Shown"

    def test_cookie_arrives_the_second_time(self, client: FlaskClient) -> None:
        seen = [client.get("/probes/cookie").get_json()["cookie_arrived"] for _ in range(2)]
        assert seen == [False, True]

    def test_redirect_can_be_followed_by_the_page(self, client: FlaskClient) -> None:
        response = client.get("/probes/folder")
        assert response.status_code == 308
        assert is_readable(response)
        assert client.get(response.headers["Location"]).status_code == 200

    def test_log_has_the_preflight_that_the_app_never_saw(self, client: FlaskClient) -> None:
        preflight(client, f"/probes/echo?probe={PROBE}", "PUT")
        client.put(f"/probes/echo?probe={PROBE}", json={})
        first, second = client.get(f"/probes/log?probe={PROBE}").get_json()["requests"]
        assert (first["method"], first["request_method"], first["status"]) == (
            "OPTIONS",
            "PUT",
            204,
        )
        assert (second["method"], second["origin"], second["status"]) == ("PUT", FRONT_END, 200)
        assert second["allow_origin"] == FRONT_END

    @pytest.mark.parametrize("probe", ["", "short", "x" * 32, PROBE.upper()])
    def test_log_keeps_nothing_under_what_is_no_id(self, client: FlaskClient, probe: str) -> None:
        client.get(f"/probes/echo?probe={probe}")
        assert client.get(f"/probes/log?probe={probe}").get_json() == {"requests": []}

    def test_log_is_bounded(self, client: FlaskClient) -> None:
        for number in range(250):
            client.get(f"/probes/echo?probe={number:032x}")
        for _ in range(20):
            client.get(f"/probes/echo?probe={PROBE}")
        oldest = client.get(f"/probes/log?probe={0:032x}").get_json()["requests"]
        longest = client.get(f"/probes/log?probe={PROBE}").get_json()["requests"]
        assert (len(oldest), len(longest)) == (0, 10)

    def test_log_shortens_long_values(self, client: FlaskClient) -> None:
        long = "x" * 200_000
        client.open(
            f"/{long}?probe={PROBE}",
            method=long,
            headers={
                "Origin": long,
                "Access-Control-Request-Method": long,
                "Access-Control-Request-Headers": long,
            },
        )
        (entry,) = client.get(f"/probes/log?probe={PROBE}").get_json()["requests"]
        shortened = "x" * 253 + "..."
        assert entry["path"] == "/" + shortened[1:]
        assert entry["method"] == shortened
        for name in ("origin", "request_method", "request_headers"):
            assert entry[name] == shortened

    def test_log_leaves_values_of_usual_length(self, client: FlaskClient) -> None:
        client.get(f"/probes/echo?probe={PROBE}", headers={"Origin": "x" * 256})
        (entry,) = client.get(f"/probes/log?probe={PROBE}").get_json()["requests"]
        assert entry["origin"] == "x" * 256
        assert entry["request_headers"] is None

    def test_log_is_bounded_in_bytes(self, client: FlaskClient) -> None:
        long = {"Origin": "x" * 200_000, "Access-Control-Request-Headers": "y" * 200_000}
        tracemalloc.start()
        try:
            for number in range(50):
                preflight(client, f"/probes/echo?probe={number:032x}", "PUT", **long)
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 2_000_000


class TestData:
    @pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")
    def test_key_is_readable_by_its_owner_alone(self, client: FlaskClient, data: Path) -> None:
        assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600

    def test_key_and_marks_outlive_a_restart(self, teacher: FlaskClient, data: Path) -> None:
        teacher.delete("/marks/1")
        again = api.create_app(data, FRONT_END).test_client()
        cookie = teacher.get_cookie("bulleval")
        assert cookie is not None
        again.set_cookie("bulleval", cookie.value)
        assert again.get("/marks/1").status_code == 404

    def test_passwords_are_not_in_the_file(self, data: Path) -> None:
        assert b"chalk" not in (data / "bulleval.sqlite3").read_bytes()


@pytest.fixture(scope="module")
def demo(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Demo]:
    data = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("demo") / "data"))
    with serve.start(data=data) as demo:
        yield demo


def fetch(url: str, path: str = "/", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """The answer of that origin, whose name need not be known here."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": place.netloc, **headers})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


class TestServers:
    def test_front_end_learns_the_origins_from_its_server(self, demo: serve.Demo) -> None:
        _, _, body = fetch(demo.app_url, "/config.json")
        assert json.loads(body) == {"api": demo.api_url, "stranger": demo.stranger_url}

    @pytest.mark.parametrize("path", ["/", "/probes", "/app.js", "/style.css", "/icon.svg"])
    def test_front_end_serves_its_pages_under_a_strict_policy(
        self, demo: serve.Demo, path: str
    ) -> None:
        status, headers, _ = fetch(demo.app_url, path)
        assert status == 200
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert f"connect-src 'self' {demo.api_url};" in policy

    @pytest.mark.parametrize("path", ["/", "/frame.js", "/attempt.js", "/style.css"])
    def test_stranger_is_framed_by_the_front_end_alone(self, demo: serve.Demo, path: str) -> None:
        status, headers, _ = fetch(demo.stranger_url, path)
        assert status == 200
        assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {demo.app_url}")

    def test_api_allows_the_front_end_that_was_started_with_it(self, demo: serve.Demo) -> None:
        _, headers, _ = fetch(demo.api_url, "/pupils", Origin=demo.app_url)
        assert headers["Access-Control-Allow-Origin"] == demo.app_url

    def test_pages_name_no_origin_of_their_own(self) -> None:
        pages = [*(EXAMPLES / "bulleval").glob("frontend/*"), *EXAMPLES.glob("bulleval/stranger/*")]
        assert pages
        for page in pages:
            found = re.findall(r"https?://[\w.:-]+", page.read_text("utf-8"))
            assert set(found) <= {"http://www.w3.org"}, page.name

    def test_close_frees_the_ports(self, data: Path) -> None:
        demo = serve.start(data=data)
        demo.close()
        for url in (demo.app_url, demo.api_url, demo.stranger_url):
            with pytest.raises(ConnectionRefusedError):
                fetch(url)

    def test_folder_of_its_own_goes_with_the_demo(self, monkeypatch: pytest.MonkeyPatch) -> None:
        folders: list[Path] = []

        def create_app(data: Path, front_end: str) -> Any:
            folders.append(data)
            return api.create_app(data, front_end)

        monkeypatch.setattr(serve, "create_app", create_app)
        with serve.start():
            assert folders[0].is_dir()
        assert not folders[0].exists()


def command(*options: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "bulleval", *options]


class TestCommandLine:
    @pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_signal_stops_it_cleanly(self, data: Path, number: signal.Signals) -> None:
        arguments = command("--port-base", "0", "--data", str(data))
        with subprocess.Popen(
            arguments, cwd=EXAMPLES, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                welcome = ""
                while "Ctrl-C" not in welcome:
                    line = process.stdout.readline()
                    assert line, process.communicate()[1]
                    welcome += line
                urls = re.findall(r"http://\S+", welcome)
                assert [fetch(url)[0] for url in urls] == [200, 200, 200]
                assert "ines" in welcome
                assert "chalk" in welcome
                process.send_signal(number)
                out, errors = process.communicate(timeout=20)
            finally:
                process.kill()
        assert (process.returncode, out.strip(), errors) == (0, "Stopped.", "")

    def test_taken_port_names_the_option_of_what_started_it(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            base = str(taken.getsockname()[1])
            done = subprocess.run(
                command("--port-base", base, "--data", str(tmp_path / "data")),
                cwd=EXAMPLES,
                env={**os.environ, "BULLEVAL_PORT_OPTION": "PORT_BASE="},
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
        assert "start elsewhere with PORT_BASE=N, or let PORT_BASE=0 find" in done.stderr

    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_taken_port_is_one_sentence(self, tmp_path: Path, place: int) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            base = str(port - place)
            done = subprocess.run(
                command("--port-base", base, "--data", str(tmp_path / "data")),
                cwd=EXAMPLES,
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
        assert done.returncode == 2
        assert done.stdout == ""
        assert re.fullmatch(r"Port \d+ is taken: [^\n]*--port-base[^\n]*\.\n", done.stderr)
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize(
        "base", ["-1", "65534", "100000", "many", "80_00", "80.0", "", "\uff18\uff10"]
    )
    def test_port_base_that_is_no_port_is_one_sentence(
        self, base: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        assert serve.main([f"--port-base={base}"]) == 2
        assert capsys.readouterr().err == (
            f"--port-base {base} is not a number from 0 to 65533: write --port-base 9000,"
            " or --port-base 0 for three free ports.\n"
        )

    def test_second_signal_does_not_disturb_the_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        handlers: dict[int, object] = {}
        monkeypatch.setattr(signal, "signal", handlers.__setitem__)
        with pytest.raises(KeyboardInterrupt):
            serve._stop(signal.SIGINT, None)
        assert handlers == dict.fromkeys([signal.SIGINT, signal.SIGTERM], signal.SIG_IGN)

    def test_folder_that_cannot_be_used_is_one_sentence(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        (tmp_path / "file").touch()
        assert serve.main(["--port-base", "0", "--data", str(tmp_path / "file")]) == 2
        assert capsys.readouterr().err.count("\n") == 1
