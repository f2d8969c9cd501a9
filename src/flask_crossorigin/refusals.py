"""What a refusal says: problem details (RFC 9457), which a page of another origin can read."""

import json
from typing import Any

from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized


class _ProblemDetails(HTTPException):
    """An error told as problem details (RFC 9457), which a page of another origin can read."""

    def get_body(self, environ: Any = None, scope: Any = None) -> str:  # noqa: ARG002
        """The problem's members."""
        return json.dumps(
            {
                "type": "about:blank",
                "title": self.name,
                "status": self.code,
                "detail": self.description,
            }
        )

    def get_headers(self, environ: Any = None, scope: Any = None) -> list[tuple[str, str]]:
        """What the error has of its own, with the type of problem details."""
        headers = super().get_headers(environ, scope)
        kept = [header for header in headers if header[0].lower() != "content-type"]
        return [("Content-Type", "application/problem+json"), *kept]


class AccessUnauthenticated(_ProblemDetails, Unauthorized):
    """401: nobody is signed in."""

    def __init__(self, challenge: str | None = None) -> None:
        super().__init__("Sign in to use this.")
        self._challenge = challenge

    def get_headers(self, environ: Any = None, scope: Any = None) -> list[tuple[str, str]]:
        """With the challenge, where there is one (RFC 9110, 11.6.1)."""
        headers = super().get_headers(environ, scope)
        return [*headers, ("WWW-Authenticate", self._challenge)] if self._challenge else headers


class AccessDenied(_ProblemDetails, Forbidden):
    """403: whoever is signed in may not do this; raise it in `verify`, or in a view.

    :param description: a sentence for the caller.
    """

    def __init__(self, description: str = "You may not do this.") -> None:
        super().__init__(description)
