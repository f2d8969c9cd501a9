"""Strawberry: one GraphQL view, for users."""

from flask import Flask
from strawberry import Schema
from strawberry.flask.views import GraphQLView

from flask_crossorigin import Access


def add_graphql(app: Flask, access: Access, schema: Schema) -> None:
    """Add `/graphql`."""
    view = GraphQLView.as_view("graphql", schema=schema)
    app.add_url_rule("/graphql", view_func=access.required(view))
