"""Every error as problem details (RFC 9457): its message is there for the front end to show."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, current_app, json
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response


class Invalid(HTTPException):
    """422: the JSON is well formed, but some of its fields are not what they must be."""

    code = 422
    description = "Some fields need another value."

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__()
        self.fields = fields


def init_app(app: Flask) -> None:
    """Answer every error of this app as a problem."""
    app.register_error_handler(HTTPException, as_problem)
    app.register_error_handler(InternalServerError, as_failure)


def as_problem(error: HTTPException) -> Response:
    """The error's own status and headers (`Allow`, say), with a problem as its body."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code,
        "detail": error.description,
    }
    if isinstance(error, Invalid):
        problem["errors"] = [
            {"pointer": f"#/{name}", "detail": detail} for name, detail in error.fields.items()
        ]
    response = Response.force_type(error.get_response())
    response.data = json.dumps(problem)
    response.content_type = "application/problem+json"
    return response


def as_failure(error: InternalServerError) -> Response:
    """A failure says where its cause is written down, and nothing about the inside."""
    reference = secrets.token_hex(4)
    current_app.logger.error("The exception above has the reference %s.", reference)
    error.description = f"The mark book failed. The cause is in its log under {reference}."
    return as_problem(error)
