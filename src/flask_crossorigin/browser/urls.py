"""URLs: parsing, and the origin, the site and the trustworthiness of each.

Source: URL standard, 4.4 URL parsing (https://url.spec.whatwg.org/#url-parsing) and 4.7 Origin;
HTML standard, 7.1.1.1 Sites; Secure Contexts, 3.1.
"""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from ..core.origins import DEFAULT_PORTS, is_loopback_host
from ..core.public_suffixes import suffix_list
from .hosts import canonical_host

HTTP_SCHEMES: Final = frozenset({"http", "https"})
_PRINTED: Final = frozenset(map(chr, range(0x21, 0x7F)))
_PATH: Final = "".join(_PRINTED - set('"#<>?^`{}'))
_QUERY: Final = "".join(_PRINTED - set("\"#<>'"))
"""Characters that are not percent-encoded in a path and in a query (URL standard, 1.3)."""
_C0_OR_SPACE: Final = "".join(map(chr, range(0x21)))
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):(/{0,2})", re.IGNORECASE)
_SINGLE_DOTS: Final = frozenset({".", "%2e"})
_DOUBLE_DOTS: Final = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


class URL:
    """An absolute URL.

    :ivar scheme: in lower case, without a colon.
    :ivar host: in the form in which browsers write it.
    :ivar port: as text; empty for the default port of the scheme.
    :ivar path: percent-encoded, without dot segments.
    :ivar query: percent-encoded, without the question mark.
    :ivar target: path and query, as a request line has them.
    :ivar netloc: host, and port unless it is the default one.
    :ivar origin: serialized origin.
    :ivar has_credentials: whether the URL contains a user name or a password.
    :ivar href: whole URL, without its fragment.
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
        self.path: str = _without_dot_segments(quote(parts.path, _PATH))
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
        """Resolve a reference relative to this URL.

        :raises ValueError: if the result is not an absolute URL with a host.
        """
        text = _with_slashes(scalar(reference).strip(_C0_OR_SPACE))
        scheme = _SCHEME.match(text)
        if scheme and not (scheme[1].lower() == self.scheme and scheme[2] != "//"):
            return URL(text)
        text = text[scheme.end(1) + 1 :] if scheme else text
        if text.startswith("//"):
            return URL(f"{self.scheme}://{text.lstrip('/')}")
        if text.startswith("/"):
            return URL(self._base + text)
        if text.startswith("?"):
            return URL(self._base + self.path + text)
        if not text or text.startswith("#"):
            return self
        return URL(f"{self._base}{self.path.rpartition('/')[0]}/{text}")

    @property
    def is_http(self) -> bool:
        """True if the scheme is http or https, the only ones that can be fetched."""
        return self.scheme in HTTP_SCHEMES

    @property
    def is_trustworthy(self) -> bool:
        """True if the URL is potentially trustworthy: encrypted, or on this machine."""
        return self.scheme in {"https", "wss"} or is_loopback_host(self.host.removesuffix("."))

    @property
    def site(self) -> str:
        """The scheme and the registrable domain, as in ``https://example.com``."""
        return f"{self.scheme}://{registrable_domain(self.host)}"

    def __repr__(self) -> str:
        return f"URL({self.href!r})"


def scalar(text: str) -> str:
    """Return `text` with U+FFFD in place of lone surrogates (Infra, scalar value string)."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _with_slashes(text: str) -> str:
    """Return `text` with slashes in place of the backslashes before its query (4.4)."""
    path = re.split("[?#]", text, maxsplit=1)[0]
    return path.replace("\\", "/") + text[len(path) :]


def _without_dot_segments(path: str) -> str:
    """Resolve the dot segments of `path` (4.4, path state)."""
    kept: list[str] = []
    *folders, name = path.split("/")[1:] or [""]
    for segment in [*folders, name]:
        if segment.lower() in _DOUBLE_DOTS:
            del kept[-1:]
        elif segment.lower() not in _SINGLE_DOTS:
            kept.append(segment)
    if name.lower() in _SINGLE_DOTS | _DOUBLE_DOTS:
        kept.append("")
    return "/" + "/".join(kept)


def is_ip_address(host: str) -> bool:
    """Return whether `host` is an IP address and not a name."""
    return host.startswith("[") or host.replace(".", "").isdecimal()


def registrable_domain(host: str) -> str:
    """Return the part of `host` one label below its public suffix; otherwise `host` itself."""
    if is_ip_address(host):
        return host
    # If no rule of the list matches a name, its last label is its public suffix.
    domain: str | None = suffix_list(host).privatesuffix(host, accept_unknown=True)
    return domain or host


def site_of_origin(origin: str | None) -> str | None:
    """Return the site of a serialized origin; None for an opaque origin, which has no site."""
    return None if origin is None else URL(origin).site


def is_public_suffix(domain: str) -> bool:
    """Return whether `domain` is a public suffix, for which no cookie can be set."""
    suffix: str | None = suffix_list(domain).publicsuffix(domain, accept_unknown=True)
    return suffix == domain
