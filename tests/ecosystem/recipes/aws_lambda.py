"""AWS Lambda: apig-wsgi serves the app. Turn off the CORS settings of API Gateway."""

from typing import Any

from apig_wsgi import make_lambda_handler
from flask import Flask


def lambda_handler_of(app: Flask) -> Any:
    """Return the handler of the function."""
    return make_lambda_handler(app)
