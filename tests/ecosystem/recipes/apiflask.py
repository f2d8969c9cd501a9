"""APIFlask: validated arguments, and the documentation for everyone."""

from typing import Any

from apiflask import APIFlask, Schema
from apiflask.fields import Integer

from flask_crossorigin import Access


class Mark(Schema):
    """A mark of a pupil."""

    mark = Integer(required=True)


def add_mark(app: APIFlask, access: Access) -> None:
    """Add `/mark`, for users who may write."""
    access.open(app.blueprints["openapi"])  # the documentation

    @app.put("/mark")
    @access.required("write")  # above the input: it is for users only
    @app.input(Mark)
    def mark(json_data: dict[str, Any]) -> dict[str, Any]:
        return json_data
