"""Flask-RESTX, and Swagger for everyone in an app whose views are closed by default."""

from flask import Flask

from flask_crossorigin import Access


def open_documentation(app: Flask, access: Access) -> None:
    """Let everyone read the documentation. Call it after `Api(app)`."""
    for endpoint in ("doc", "specs"):
        app.view_functions[endpoint] = access.public(app.view_functions[endpoint])
    access.open(app.blueprints["restx_doc"])
