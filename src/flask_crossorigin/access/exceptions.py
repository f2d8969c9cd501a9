"""Refusals: HTTP exceptions whose bodies are problem details (RFC 9457)."""

import json
from typing import Any, cast

from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized


class _ProblemDetails(HTTPException):
    """An HTTP exception that a script of another origin can read as problem details."""

    def get_body(self, environ: Any = None, scope: Any = None) -> str:  # noqa: ARG002
        """Return the problem's members as JSON."""
        return json.dumps(
            {
                "type": "about:blank",
                "title": self.name,
                "status": self.code,
                "detail": str(self.description),  # a lazy translation is evaluated here
            }
        )

    def get_headers(self, environ: Any = None, scope: Any = None) -> list[tuple[str, str]]:
        """Return the headers of the base class, with the media type of problem details."""
        headers = super().get_headers(environ, scope)
        kept = [header for header in headers if header[0].lower() != "content-type"]
        return [("Content-Type", "application/problem+json"), *kept]


class AccessUnauthenticated(_ProblemDetails, Unauthorized):
    """401: nobody is signed in."""

    def __init__(self, challenge: str | None = None) -> None:
        super().__init__("Sign in to use this.")
        self._challenge = challenge

    def get_headers(self, environ: Any = None, scope: Any = None) -> list[tuple[str, str]]:
        """Return the headers, with the challenge if there is one (RFC 9110, 11.6.1)."""
        headers = super().get_headers(environ, scope)
        return [*headers, ("WWW-Authenticate", self._challenge)] if self._challenge else headers


class AccessDenied(_ProblemDetails, Forbidden):
    """403: the user may not do this. Raise it in `verify` or in a view.

    :param description: a sentence for the caller: text, or a lazy translation of it.
    """

    def __init__(self, description: object = "You may not do this.") -> None:
        super().__init__(cast("str", description))
