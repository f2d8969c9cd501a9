"""Flask-Admin: its views for users only."""

from flask import Flask
from flask_admin import Admin, BaseView, expose

from flask_crossorigin import Access


def add_admin(app: Flask, access: Access) -> None:
    """Add `/admin/marks/`. Each of the two ways is enough."""

    class Marks(BaseView):
        @expose("/")
        @access.required
        def index(self) -> str:
            return "marks"

    marks = Marks(name="Marks", endpoint="admin-marks", url="/admin/marks")
    Admin(app).add_view(marks)
    access.protect(marks.blueprint, "write")
