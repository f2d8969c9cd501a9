"""URLs as far as the protocol looks at them: origins, sites, and what is trustworthy.

Source: URL standard, 4.7 Origin; HTML standard, 7.1.1.2 Sites; Secure Contexts, 3.1.
"""

from functools import cache
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from ..core.origins import DEFAULT_PORTS, is_loopback_host

HTTP_SCHEMES: Final = frozenset({"http", "https"})


@cache
def _suffixes() -> PublicSuffixList:
    # Browsers take the last label of a name that the list does not know for its suffix.
    return PublicSuffixList(accept_unknown=True)


class URL:
    """An absolute URL.

    :ivar href: the whole of it, without a fragment.
    :ivar origin: serialized.
    :ivar target: the path and the query, as a request line has them.
    """

    def __init__(self, text: str) -> None:
        """Parse `text`.

        :raises ValueError: if it is not an absolute URL with a host.
        """
        parts = urlsplit(text.strip())
        if not parts.scheme or not parts.hostname:
            raise ValueError(f"{text!r} is not an absolute URL")
        self.scheme: str = parts.scheme
        self.host: str = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = parts.port
        self.port: str = (
            "" if port is None or str(port) == DEFAULT_PORTS.get(self.scheme) else str(port)
        )
        self.path: str = parts.path or "/"
        self.query: str = parts.query
        self.has_credentials: bool = bool(parts.username or parts.password)
        self.target: str = f"{self.path}?{self.query}" if self.query else self.path
        self.netloc: str = f"{self.host}:{self.port}" if self.port else self.host
        self.origin: str = f"{self.scheme}://{self.netloc}"
        user = f"{parts.netloc.rpartition('@')[0]}@" if self.has_credentials else ""
        whole = SplitResult(self.scheme, user + self.netloc, self.path, self.query, "")
        self.href: str = whole.geturl()

    def join(self, reference: str) -> "URL":
        """The URL that `reference` means here.

        :raises ValueError: if it means none.
        """
        return URL(urljoin(self.href, reference))

    @property
    def is_http(self) -> bool:
        """Whether the scheme is one that can be fetched."""
        return self.scheme in HTTP_SCHEMES

    @property
    def is_trustworthy(self) -> bool:
        """Whether it is potentially trustworthy: encrypted, or this machine."""
        return self.scheme in {"https", "wss"} or is_loopback_host(self.host)

    @property
    def site(self) -> str:
        """The scheme and the registrable domain."""
        return f"{self.scheme}://{registrable_domain(self.host)}"

    def __repr__(self) -> str:
        return f"URL({self.href!r})"


def scalar(text: str) -> str:
    """`text` as it is encoded: a lone surrogate is U+FFFD (Infra, scalar value string)."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_ip_address(host: str) -> bool:
    """Say whether `host` is an address and no name."""
    return host.startswith("[") or host.replace(".", "").isdecimal()


def registrable_domain(host: str) -> str:
    """The name below a public suffix that `host` belongs to; else `host` itself."""
    if is_ip_address(host):
        return host
    found: str | None = _suffixes().privatesuffix(host)
    return found or host


def site_of_origin(origin: str | None) -> str | None:
    """The site of a serialized origin; None for an opaque one, which has none."""
    return None if origin is None else URL(origin).site


def is_registrable_suffix(domain: str) -> bool:
    """Say whether `domain` is a public suffix, for which no cookie can be set."""
    found: str | None = _suffixes().publicsuffix(domain)
    return found == domain
