"""flask-smorest: a resource with pagination and an ETag."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Api, Blueprint, Page
from marshmallow import Schema, fields

from flask_crossorigin import Access, CrossOrigin

MARKS = [{"name": "ines", "mark": 1}, {"name": "sam", "mark": 2}]


class Mark(Schema):
    """A mark of a pupil."""

    name = fields.String(required=True)
    mark = fields.Integer(required=True)


class ListPage(Page):
    """A page of a list."""

    @property
    def item_count(self) -> int:
        """Return the number of items on all pages."""
        return len(self.collection)


def add_marks(api: Api, cors: CrossOrigin, access: Access) -> None:
    """Add the resource `/marks`."""
    blueprint = Blueprint("marks", __name__)
    cors.apply(blueprint, expose_headers=["X-Pagination", "ETag"])

    @blueprint.route("/marks")
    class Marks(MethodView):
        @blueprint.etag
        @blueprint.response(200, Mark(many=True))
        @blueprint.paginate(ListPage)
        def get(self) -> Any:
            return MARKS

        @access.required("write")  # above the arguments: they are for users only
        @blueprint.arguments(Mark)
        @blueprint.response(201, Mark)
        def post(self, mark: dict[str, Any]) -> dict[str, Any]:
            return mark

    api.register_blueprint(blueprint, url_prefix="/smorest")
    access.open(api._app.blueprints["api-docs"])  # the documentation
