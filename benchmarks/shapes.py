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
    :ivar routes: URL rules of the app itself, half of them with a variable.
    :ivar parts: blueprints, and as many single views, beside those routes.
    :ivar scoped: whether each of these parts states a policy of its own.
    :ivar session: whether the views read the session, so that Flask sends ``Vary: Cookie``.
    :ivar wrapper: the WSGI wrapper that is put round the app before its policy, a name in
        `variants.WRAPPERS`; empty for none.
    """

    origins: int = 1
    patterns: int = 0
    routes: int = 10
    parts: int = 0
    scoped: bool = True
    session: bool = False
    wrapper: str = ""

    @property
    def front_end(self) -> str:
        """The origin that asks, and is allowed: the last that is listed."""
        if self.patterns:
            return f"https://app.tenant{self.patterns - 1:07}.example.com"
        return _origin(self.origins - 1)


ORDINARY: Final = Shape()
"""One origin, ten routes, one policy."""


def exact_origins(count: int) -> list[str]:
    """`count` distinct origins, all of one length."""
    return [_origin(number) for number in range(count)]


def domains(count: int) -> list[str]:
    """`count` distinct domains, all of one length, for subdomain patterns."""
    return [f"tenant{number:07}.example.com" for number in range(count)]


def _origin(number: int) -> str:
    return f"https://site{number:07}.example.com"
