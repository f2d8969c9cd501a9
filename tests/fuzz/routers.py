"""The reference for routing: it asks the app's real router, as often as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from .scopes import Scope, Scopes

Match: TypeAlias = Rule | HTTPException


class Unknown(Exception):
    """It can't be said what runs: the router fails."""


class LeadsOut(Unknown):
    """The router leads out of the app."""


@dataclass(frozen=True)
class Place:
    """A request as it came to an app, as far as the router looks at it.

    :ivar adapter: None where the request is refused for its host, by `refusal`.
    """

    app: Flask
    adapter: MapAdapter | None
    refusal: HTTPException | None
    path: str

    def match(self, method: str, path: str | None = None) -> Match:
        """Return what the router says, redirects among it."""
        if self.adapter is None:
            assert self.refusal is not None
            return self.refusal
        with self.app.app_context():
            try:
                return self.adapter.match(path, method, return_rule=True)[0]
            except HTTPException as error:
                return error
            except Exception as error:
                raise Unknown from error

    def arrive(self, method: str) -> tuple[Match, str]:
        """Return what the router says in the end, its redirects followed, and of which path."""
        path = self.path
        for _ in range(4):
            match = self.match(method, path)
            if not isinstance(match, RequestRedirect):
                return match, path
            assert self.adapter is not None
            root = self.adapter.make_redirect_url("")
            if not match.new_url.startswith(root):
                raise LeadsOut
            path = unquote(urlsplit(match.new_url[len(root) - 1 :]).path)
        raise LeadsOut

    def rules(self, match: Match) -> list[Rule]:
        """Return the rules of the URL: the one that matched, or those of other methods."""
        if isinstance(match, Rule):
            return [match]
        methods = (match.valid_methods or ()) if isinstance(match, MethodNotAllowed) else ()
        found = [self._arrived(method) for method in sorted(methods)]
        return [each for each in found if isinstance(each, Rule)]

    def _arrived(self, method: str) -> Match | None:
        try:
            return self.arrive(method)[0]
        except LeadsOut:
            return None

    def scope(self, scopes: Scopes, method: str) -> Scope:
        """Return the scope of a request with `method` that runs as the router says."""
        match, path = self.arrive(method)
        if isinstance(match, Rule):
            return scopes.of_rule(match, method)
        if not isinstance(match, MethodNotAllowed):
            return scopes.of_path(path)
        rules = self.rules(match)
        if not rules:
            raise Unknown
        return scopes.common(rules)

    def others(self, scopes: Scopes, method: str) -> Iterator[Scope]:
        """Yield the scopes that other methods have on the same URL."""
        methods = {each for rule in self.app.url_map.iter_rules() for each in rule.methods or ()}
        for other in sorted(methods - {method.upper(), "OPTIONS"}):
            try:
                match = self.match(other, self.path)
            except Unknown:
                continue
            if isinstance(match, Rule):
                yield scopes.of_rule(match, other)
