"""Connexion 2: the policy is for the Flask app that it has made."""

import connexion

from flask_crossorigin import CrossOrigin


def create_app(specification: str, folder: str) -> connexion.FlaskApp:
    """Return the API of an OpenAPI specification."""
    app = connexion.FlaskApp("api", specification_dir=folder)
    CrossOrigin(app.app, origins=["https://app.example.com"])
    app.add_api(specification)
    return app
