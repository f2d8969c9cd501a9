"""Forms with files, as the API receives them: `Page.fetch(data=, files=)`."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from flask_crossorigin import CrossOrigin
from flask_crossorigin.browser import Page

from .scripted import API, APP, browser_of

URL = f"{API}/upload"


@pytest.fixture
def page() -> Page:
    """Return a page that can use an API which responds with the form that it received."""
    app = Flask("api")
    CrossOrigin(app, origins=[APP])

    @app.post("/upload")
    def upload() -> Response:
        files = [
            [name, file.filename, file.mimetype, file.read().decode()]
            for name, file in request.files.items(multi=True)
        ]
        fields = list(request.form.items(multi=True))
        return jsonify(files=files, fields=fields, type=request.mimetype)

    return browser_of(app).page(APP)


def received(page: Page, **options: Any) -> dict[str, Any]:
    response = page.fetch(URL, method="POST", **options)
    assert len(response.exchanges) == 1  # a form needs no preflight
    form: dict[str, Any] = response.json()
    return form


@pytest.mark.parametrize(
    ("file", "arrived"),
    [
        (b"1,2", ["report", "report", "application/octet-stream", "1,2"]),
        ("1,\xe9", ["report", "report", "application/octet-stream", "1,\xe9"]),
        (io.BytesIO(b"1"), ["report", "report", "application/octet-stream", "1"]),
        (io.StringIO("\xe9"), ["report", "report", "application/octet-stream", "\xe9"]),
        (("a.csv", b"1"), ["report", "a.csv", "text/csv", "1"]),
        (("a.nope", io.BytesIO(b"1")), ["report", "a.nope", "application/octet-stream", "1"]),
        (("a.csv", b"1", "text/plain"), ["report", "a.csv", "text/plain", "1"]),
        (("a.csv", b"1", None), ["report", "a.csv", "text/csv", "1"]),
        (('"\xe9".csv', b"1\n\r2"), ["report", '"\xe9".csv', "text/csv", "1\n\r2"]),
    ],
)
def test_file_arrives_with_its_name_and_type(page: Page, file: object, arrived: list[str]) -> None:
    assert received(page, files={"report": file}) == {
        "files": [arrived],
        "fields": [],
        "type": "multipart/form-data",
    }


def test_open_file_has_its_own_name(page: Page, tmp_path: Path) -> None:
    (tmp_path / "marks.csv").write_bytes(b"1,2")
    with (tmp_path / "marks.csv").open("rb") as file:
        found = received(page, files={"report": file})["files"]
    assert found == [["report", "marks.csv", "text/csv", "1,2"]]


def test_open_file_without_a_name_has_that_of_its_field(page: Page) -> None:
    file = io.BytesIO(b"1")
    file.name = 3  # a descriptor, as of os.fdopen
    assert received(page, files={"report": file})["files"][0][1] == "report"


def test_several_files_have_one_name(page: Page) -> None:
    found = received(page, files=[("report", ("a.txt", "1")), ("report", ("b.txt", "2"))])["files"]
    assert [file[:2] for file in found] == [["report", "a.txt"], ["report", "b.txt"]]


def test_fields_come_with_files(page: Page) -> None:
    found = received(page, data={"title": "a\nb"}, files={"report": b"1"})
    assert found["fields"] == [["title", "a\r\nb"]]
    assert [file[0] for file in found["files"]] == ["report"]


def test_file_without_a_name_is_a_field(page: Page) -> None:
    found = received(page, files={'"t"\n': (None, "Marks")})
    assert (found["fields"], found["files"]) == ([['"t"%0D%0A', "Marks"]], [])


def test_no_files_make_a_form_all_the_same(page: Page) -> None:
    assert received(page, files={})["type"] == "multipart/form-data"


def test_fields_of_one_name_are_all_sent(page: Page) -> None:
    found = received(page, data=[("a", "1"), ("a", "2")])
    assert (found["fields"], found["type"]) == (
        [["a", "1"], ["a", "2"]],
        "application/x-www-form-urlencoded",
    )


def test_boundary_is_new_each_time(page: Page) -> None:
    types = {
        dict(page.fetch(URL, method="POST", files={}).exchanges[0].request_headers)["Content-Type"]
        for _ in range(2)
    }
    assert len(types) == 2


FILES = r".* Write \{'report': \('marks\.csv', b'12', 'text/csv'\)\}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"files": b"1"}, "files b'1' is not a mapping of names." + FILES),
        ({"files": 1}, "files 1 is not a mapping of names." + FILES),
        ({"files": [b"1"]}, "files: b'1' is not a pair that begins with a name." + FILES),
        ({"files": {1: b"1"}}, r"files: \(1, b'1'\) is not a pair" + FILES),
        ({"files": {"a": Path("b")}}, r"files: the content .*Path\('b'\) of 'a' is not" + FILES),
        ({"files": {"a": ("b", None)}}, "files: the content None of 'a' is not text" + FILES),
        ({"files": {"a": ("b", "c", "d/e", {})}}, r"files: the content \('b', .* of 'a'" + FILES),
        # The order of Flask's test client.
        ({"files": {"a": (io.BytesIO(), "b")}}, "files: the file name <.*> of 'a'" + FILES),
        ({"files": {"a": ("b", "c", 1)}}, "files: the type 1 of 'a' is not text" + FILES),
        ({"data": b"1"}, "data b'1' is not a mapping of names.* write body="),
        ({"data": {"a": 1}}, "data: the value 1 of 'a' is not text.* Write {'title': 'Marks'}"),
        ({"data": {"a": 1}, "files": {}}, "data: the value 1 of 'a' is not text"),
    ],
)
def test_what_is_no_form_is_a_type_error(page: Page, options: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        page.fetch(URL, method="POST", **options)
