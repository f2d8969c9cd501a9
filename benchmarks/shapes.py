"""Shape: how large an app is, and how large its policy."""

from dataclasses import dataclass
from typing import Final

STRANGER: Final = "https://evil.example.net"
"""An origin that no policy lists."""


@dataclass(frozen=True)
class Shape:
    """An app and its policy, which allows one front end among others.

    :ivar origins: how many origins the policy lists.
    :ivar patterns: how many subdomain patterns it lists in their place; 0 for none.
    :ivar previews: how many patterns with a wildcard inside a label it lists in their place.
    :ivar one_domain: whether these are all of one parent domain; else each has its own.
    :ivar routes: URL rules of the app itself, half of them with a variable.
    :ivar parts: blueprints, and as many single views, beside those routes.
    :ivar scoped: whether each of these parts states a policy of its own.
    :ivar session: whether the views read the session, so that Flask sends ``Vary: Cookie``.
    :ivar wrapper: the WSGI wrapper that is put round the app before its policy, a name in
        `variants.WRAPPERS`; empty for none.
    """

    origins: int = 1
    patterns: int = 0
    previews: int = 0
    one_domain: bool = False
    routes: int = 10
    parts: int = 0
    scoped: bool = True
    session: bool = False
    wrapper: str = ""

    @property
    def front_end(self) -> str:
        """The origin that asks, and is allowed: the last that is listed."""
        if self.previews:
            return self.front_end_pattern.replace("*", "7f3a2")
        if self.patterns:
            return f"https://app.tenant{self.patterns - 1:07}.example.com"
        return _origin(self.origins - 1)

    @property
    def front_end_pattern(self) -> str:
        """The pattern of preview deployments that allows the front end."""
        return previews(self.previews, self.one_domain)[-1]


ORDINARY: Final = Shape()
"""One origin, ten routes, one policy."""


def exact_origins(count: int) -> list[str]:
    """`count` distinct origins, all of one length."""
    return [_origin(number) for number in range(count)]


def domains(count: int) -> list[str]:
    """`count` distinct domains, all of one length, for subdomain patterns."""
    return [f"tenant{number:07}.example.com" for number in range(count)]


def previews(count: int, one_domain: bool) -> list[str]:
    """`count` distinct patterns of preview deployments, all of one length."""
    if one_domain:
        return [f"https://site{number:07}-*.example.com" for number in range(count)]
    return [f"https://preview-*.{domain}" for domain in domains(count)]


def _origin(number: int) -> str:
    return f"https://site{number:07}.example.com"
