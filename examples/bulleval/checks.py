"""What a request's body must be: JSON, an object, and each field within its bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Container
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from .book import Mark
from .problems import Invalid


def credentials() -> tuple[str, str]:
    """The user name and password of a sign-in."""
    body, wrong = _json_object(), dict[str, str]()
    username = _text(body, "username", wrong, least=1, most=60)
    password = _text(body, "password", wrong, least=1, most=200)
    if wrong:
        raise Invalid(wrong)
    return username, password


def mark(pupils: Container[float]) -> Mark:
    """The mark in the body, for one of these pupils."""
    body, wrong = _json_object(), dict[str, str]()
    pupil = _number(body.get("pupil"))
    if pupil not in pupils:
        wrong["pupil"] = "Choose a pupil of the book."
    subject = _text(body, "subject", wrong, least=1, most=60).strip()
    value = _number(body.get("value"))
    if not 0 <= value <= 20 or value * 2 % 1:
        wrong["value"] = "A mark is a number from 0 to 20, in steps of a half."
    comment = _text(body, "comment", wrong, least=0, most=500).strip()
    if wrong:
        raise Invalid(wrong)
    return Mark(int(pupil), subject, value, comment)


def pupil_asked() -> int | None:
    """The pupil in the query, if any."""
    pupil = request.args.get("pupil")
    if pupil is not None and not re.fullmatch(r"[0-9]{1,9}", pupil):
        raise BadRequest("The parameter pupil takes a pupil's number.")
    return None if pupil is None else int(pupil)


def _json_object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("This API takes application/json, and nothing else.")
    try:
        body = request.get_json()
    except RecursionError:
        raise BadRequest("Send JSON that is nested less deeply.") from None
    if not isinstance(body, dict):
        raise BadRequest("Send a JSON object.")
    return body


def _text(body: dict[str, Any], name: str, wrong: dict[str, str], *, least: int, most: int) -> str:
    value = body.get(name, "")
    # JSON can name half of a surrogate pair, which is no character and can't be stored.
    if (
        isinstance(value, str)
        and least <= len(value.strip()) <= most
        and not re.search("[\ud800-\udfff]", value)
    ):
        return value
    wrong[name] = f"Write from {least} to {most} characters."
    return ""


def _number(value: object) -> float:
    """The number, or NaN, which is within no bounds; True and False are no numbers here."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return math.nan
