"""flask-smorest: a resource with pagination and an ETag."""

from typing import Any

from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint, Page
from marshmallow import Schema, fields

from flask_crossorigin import Access, CrossOrigin

GRADES = [{"name": "ines", "grade": 1}, {"name": "sam", "grade": 2}]


class Grade(Schema):
    """A grade of a pupil."""

    name = fields.String(required=True)
    grade = fields.Integer(required=True)


class ListPage(Page):
    """A page of a list."""

    @property
    def item_count(self) -> int:
        """Return the number of items on all pages."""
        return len(self.collection)


def add_grades(app: Flask, cors: CrossOrigin, access: Access) -> None:
    """Add the resource `/grades`."""
    api = Api(app)
    access.open(app.blueprints["api-docs"])  # the documentation
    blueprint = Blueprint("grades", __name__)
    cors.apply(blueprint, expose_headers=["X-Pagination", "ETag"])

    @blueprint.route("/grades")
    class Grades(MethodView):
        @blueprint.etag
        @blueprint.response(200, Grade(many=True))
        @blueprint.paginate(ListPage)
        def get(self) -> Any:
            return GRADES

        @access.required("write")  # above the arguments: they are for users only
        @blueprint.arguments(Grade)
        @blueprint.response(201, Grade)
        def post(self, grade: dict[str, Any]) -> dict[str, Any]:
            return grade

    api.register_blueprint(blueprint)
