"""Flask-Caching: one response for everyone who may have it."""

from flask import Flask
from flask_caching import Cache

from flask_crossorigin import Access


def add_report(app: Flask, access: Access, cache: Cache) -> None:
    """Add `/report`, which is made once a minute."""

    @app.get("/report")
    @access.required  # above the cache or below: the cache never sees who is refused
    @cache.cached(timeout=60)
    def report() -> str:
        return "the report"
