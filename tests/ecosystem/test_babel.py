"""Flask-Babel: refusals in the language of the reader."""

import json
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, request
from flask_babel import Babel, lazy_gettext

from flask_crossorigin import Access

from .api import APP, Api
from .conftest import Make
from .contract import broken_promises
from .wire import send

ENGLISH, GERMAN = "Only teachers may do this.", "Das dürfen nur Lehrkräfte."


@pytest.fixture
def api(make: Make, tmp_path: Path) -> Api:
    """The API with a German translation of one sentence."""
    catalog = Catalog(locale="de")
    catalog.add(ENGLISH, GERMAN)
    file = tmp_path / "de" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalog)

    def setup(app: Flask) -> None:
        app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
        Babel(app, locale_selector=lambda: request.accept_languages.best_match(["de", "en"]))

    return make(setup)


def test_nothing_is_broken(api: Api) -> None:
    assert broken_promises(api) == []


@pytest.mark.parametrize(("language", "text"), [("de", GERMAN), ("en", ENGLISH)])
def test_the_sentence_of_a_refusal_may_be_a_lazy_translation(
    api: Api, language: str, text: str
) -> None:
    def verify(request: Any, *needs: str) -> None:
        raise Access.Denied(lazy_gettext(ENGLISH))

    access = Access(api.app, verify=verify)
    api.app.add_url_rule("/taught", "taught", access.required(lambda: "taught"))
    headers = {"Origin": APP, "Accept-Language": language}
    refused = send(api.served, "GET", "/taught", headers)
    assert refused.status == 403
    assert refused.lines("Content-Type") == ["application/problem+json"]
    assert refused.lines("Access-Control-Allow-Origin") == [APP]
    assert json.loads(refused.body)["detail"] == text
