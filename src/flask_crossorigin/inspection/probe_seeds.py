"""Seeds of a probe: origins that an origin function probably allows.

Most are found in texts that the function refers to. Nothing of the function is run.
"""

import functools
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

from ..core.origin_diagnostics import closest_origin
from ..core.origins import is_loopback_host, parse_pattern

_MAX_DEPTH: Final = 5
"""References from the function to a text that is still found."""
_MAX_OBJECTS: Final = 2000
_MAX_TEXT: Final = 1000
"""Characters; longer texts are no origins."""
_OTHER_PACKAGES: Final = {*sys.stdlib_module_names, "flask", "werkzeug", "flask_crossorigin"}
"""Packages whose objects contain no origins of the user."""
_SEPARATORS: Final = re.compile(r"[\s,|]+")
_SYNTAX: Final = re.compile(r"\\[AZbz]|\(\?:|[()?^$]")
"""Parts of regular expressions that are no text."""
_LEADING: Final = re.compile(r"^(?:\\?[.-])+(?=\w)")
_TRAILING: Final = re.compile(r"(?:\.[*+]|(?<![\]:])\*)$")
_LAST_NAME: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=(?::[0-9*]+)?$)")


def seeds_in(texts: Iterable[str]) -> Iterator[str]:
    """Yield the origins that `texts` contain or mean: origins, hosts, regular expressions."""
    for text in texts:
        for piece in _SEPARATORS.split(text) if len(text) <= _MAX_TEXT else ():
            yield from _seeds_of(piece.replace("[.]", "."))


def samples_of(pattern: str) -> Iterator[str]:
    """Yield origins that `pattern` covers, and the origin of its domain itself."""
    parts = parse_pattern(pattern)
    if parts is None:
        return
    labels = [f"{parts.wildcard.replace('*', each)}." for each in "a7"] if parts.wildcard else []
    for label in (*labels, ""):
        for port in ("", "5173") if parts.port == "*" else (parts.port,):
            yield f"{parts.scheme}://{label}{parts.host}{port and ':'}{port}"


def texts_of(function: object) -> Iterator[str]:
    """Yield the texts that `function` refers to, the nearest first.

    They are constants of its code and its helpers, variables, and attributes of its object.
    """
    level: list[object] = [function]
    seen: dict[int, object] = {}
    for _ in range(_MAX_DEPTH):
        following: list[object] = []
        for value in level:
            if issubclass(type(value), str):
                yield str(value)
            elif id(value) not in seen and len(seen) < _MAX_OBJECTS:
                seen[id(value)] = value  # kept, so that its id is not reused
                following.extend(_references(value))
        level = following


def _seeds_of(piece: str) -> Iterator[str]:
    bare = _TRAILING.sub("", _LEADING.sub("", _SYNTAX.sub("", piece)))
    origin = closest_origin(bare)
    if origin is None and (found := _LAST_NAME.search(bare.replace("\\", "").lower())):
        origin = closest_origin(found.group())
    parts = parse_pattern(origin or "")
    if origin is None or parts is None:
        return
    # A single word is an origin only if it is written as one.
    if "." in parts.host or "://" in bare or is_loopback_host(parts.host) or piece[:1] == ".":
        yield from samples_of(origin)


def _references(value: Any) -> Iterator[object]:
    """Yield the objects that `value` refers to, as far as a check of origins may use them."""
    kind = type(value)  # a proxy claims to have another class
    if issubclass(kind, re.Pattern):
        yield value.pattern
    elif issubclass(kind, dict):
        yield from [each for item in dict.items(value) for each in item]
    elif issubclass(kind, (list, tuple, set, frozenset)):
        yield from tuple(value)
    elif issubclass(kind, FunctionType):
        yield from _references_of_function(value)
    elif issubclass(kind, functools.partial):
        yield from (value.func, *value.args, *value.keywords.values())
    elif issubclass(kind, (MethodType, staticmethod, classmethod)):
        yield from (value.__func__, getattr(value, "__self__", None))
    elif hasattr(kind, "__self__"):  # a method of a built-in class, such as `fullmatch`
        yield value.__self__
    elif not issubclass(kind, ModuleType):
        yield inspect.getattr_static(value, "__wrapped__", None)
        yield from _attributes(value)


def _references_of_function(function: FunctionType) -> Iterator[object]:
    if not _is_users(function):
        return
    codes = [function.__code__]
    for code in codes:
        codes.extend(each for each in code.co_consts if isinstance(each, CodeType))
        yield from code.co_consts
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # its variable has no value yet
            continue
    names = {name for code in codes for name in code.co_names}
    for name in names & function.__globals__.keys():
        value = function.__globals__[name]
        if not issubclass(type(value), ModuleType):
            yield value
        elif _is_users(value):
            yield from [vars(value)[each] for each in names & vars(value).keys()]


def _attributes(value: Any) -> Iterator[object]:
    """Yield the attributes of an object and of its class, or of a class."""
    is_class = issubclass(type(value), type)
    kinds = [each for each in (value if is_class else type(value)).__mro__ if _is_users(each)]
    if kinds and not is_class:
        yield from getattr(value, "__dict__", {}).values()
    for kind in kinds:
        for name, member in vars(kind).items():
            if name not in ("__module__", "__doc__", "__qualname__"):
                is_slot = inspect.ismemberdescriptor(member) and not is_class
                yield getattr(value, name, None) if is_slot else member


def _is_users(named: Any) -> bool:
    """Return whether a function, a class or a module may contain origins of the user."""
    module = named.__name__ if issubclass(type(named), ModuleType) else named.__module__
    return str(module).partition(".")[0] not in _OTHER_PACKAGES
