"""Authlib: OAuth 2 tokens in the Authorization header."""

from typing import Any

from authlib.integrations.flask_oauth2 import ResourceProtector
from flask import Flask, Request

from flask_crossorigin import Access


def use_authlib(app: Flask, validator: Any) -> Access:
    """Let Authlib decide who may use a view. Needs are OAuth scopes."""
    protector = ResourceProtector()
    protector.register_token_validator(validator)

    def verify(request: Request, *needs: str) -> Any:
        # A list of scopes would mean any of them. A text with spaces means all of them.
        with protector.acquire(" ".join(needs) or None) as token:
            return token

    return Access(app, verify=verify)
