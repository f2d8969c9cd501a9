"""URLs as far as the protocol looks at them: origins, sites, and what is trustworthy.

Source: URL standard, 4.4 URL parsing and 4.7 Origin; HTML standard, 7.1.1.1 Sites; Secure
Contexts, 3.1.
"""

import re
from functools import cache
from typing import Final
from urllib.parse import quote, urlsplit

from publicsuffixlist import PublicSuffixList

from ..core.origins import DEFAULT_PORTS, is_loopback_host
from .hosts import canonical_host

HTTP_SCHEMES: Final = frozenset({"http", "https"})
_PRINTED: Final = frozenset(map(chr, range(0x21, 0x7F)))
_PATH: Final = "".join(_PRINTED - set('"#<>?^`{}'))
_QUERY: Final = "".join(_PRINTED - set("\"#<>'"))
"""What is not percent-encoded in a path, and in a query (1.3)."""
_C0_OR_SPACE: Final = "".join(map(chr, range(0x21)))
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):(/{0,2})", re.IGNORECASE)
_SINGLE_DOTS: Final = frozenset({".", "%2e"})
_DOUBLE_DOTS: Final = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


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
        parts = urlsplit(_with_slashes(scalar(text).strip(_C0_OR_SPACE)))
        if not parts.scheme or not parts.hostname:
            raise ValueError(f"{text!r} is not an absolute URL")
        self.scheme: str = parts.scheme
        self.host: str = canonical_host(parts.hostname)
        port = parts.port
        self.port: str = (
            "" if port is None or str(port) == DEFAULT_PORTS.get(self.scheme) else str(port)
        )
        self.path: str = _resolved(quote(parts.path, _PATH))
        self.query: str = quote(parts.query, _QUERY)
        has_query = self.query or "?" in text.partition("#")[0]
        self.target: str = f"{self.path}?{self.query}" if has_query else self.path
        self.has_credentials: bool = bool(parts.username or parts.password)
        self.netloc: str = f"{self.host}:{self.port}" if self.port else self.host
        self.origin: str = f"{self.scheme}://{self.netloc}"
        user = f"{parts.netloc.rpartition('@')[0]}@" if self.has_credentials else ""
        self._base: str = f"{self.scheme}://{user}{self.netloc}"
        self.href: str = self._base + self.target

    def join(self, reference: str) -> "URL":
        """The URL that `reference` means here.

        :raises ValueError: if it means none.
        """
        written = _with_slashes(scalar(reference).strip(_C0_OR_SPACE))
        scheme = _SCHEME.match(written)
        if scheme and not (scheme[1].lower() == self.scheme and scheme[2] != "//"):
            return URL(written)
        written = written[scheme.end(1) + 1 :] if scheme else written
        if written.startswith("//"):
            return URL(f"{self.scheme}://{written.lstrip('/')}")
        if written.startswith("/"):
            return URL(self._base + written)
        if written.startswith("?"):
            return URL(self._base + self.path + written)
        if not written or written.startswith("#"):
            return self
        return URL(f"{self._base}{self.path.rpartition('/')[0]}/{written}")

    @property
    def is_http(self) -> bool:
        """Whether the scheme is one that can be fetched."""
        return self.scheme in HTTP_SCHEMES

    @property
    def is_trustworthy(self) -> bool:
        """Whether it is potentially trustworthy: encrypted, or this machine."""
        return self.scheme in {"https", "wss"} or is_loopback_host(self.host.removesuffix("."))

    @property
    def site(self) -> str:
        """The scheme and the registrable domain."""
        return f"{self.scheme}://{registrable_domain(self.host)}"

    def __repr__(self) -> str:
        return f"URL({self.href!r})"


def scalar(text: str) -> str:
    """`text` as it is encoded: a lone surrogate is U+FFFD (Infra, scalar value string)."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _with_slashes(text: str) -> str:
    """`text` with slashes for the backslashes that stand before its query (4.4)."""
    path = re.split("[?#]", text, maxsplit=1)[0]
    return path.replace("\\", "/") + text[len(path) :]


def _resolved(path: str) -> str:
    """`path` without dot segments (4.4, path state)."""
    found: list[str] = []
    *folders, name = path.split("/")[1:] or [""]
    for segment in [*folders, name]:
        if segment.lower() in _DOUBLE_DOTS:
            del found[-1:]
        elif segment.lower() not in _SINGLE_DOTS:
            found.append(segment)
    if name.lower() in _SINGLE_DOTS | _DOUBLE_DOTS:
        found.append("")
    return "/" + "/".join(found)


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
