"""Registrations: the apps that a blueprint is registered on, which Flask does not record."""

import gc
import weakref
from typing import Any, cast

from flask import Blueprint, Flask

from .guard import Enforcer, guarded


class Registrations:
    """The apps that one blueprint is registered on, and the enforcers that cover it."""

    def __init__(self, blueprint: Blueprint) -> None:
        earlier = _apps_with(blueprint) if blueprint._got_registered_once else []
        self._apps = weakref.WeakSet(earlier)
        self._enforcers: weakref.WeakKeyDictionary[Enforcer, None] = weakref.WeakKeyDictionary()
        self._kept: list[Enforcer] = []
        # Not `blueprint.record`, which is not allowed after the first registration.
        blueprint.deferred_functions.append(self._note)

    def add(self, enforcer: Enforcer, blueprint: Blueprint) -> None:
        """Attach `enforcer` to every app that has the `blueprint`, now or later."""
        self._enforcers[enforcer] = None
        # An app keeps the enforcers that it was initialised with, and they may end with it: a
        # factory can make one for each app. The last one stays, so that the blueprint never
        # loses its protection.
        self._kept = [*(each for each in self._kept if not each.initialised), enforcer]
        for app in list(self._apps):
            guarded(app).attach(enforcer, blueprint)

    def _note(self, state: Any) -> None:
        """Attach the enforcers to an app that registers the blueprint; called by Flask."""
        self._apps.add(state.app)
        for enforcer in list(self._enforcers):
            guarded(state.app).attach(enforcer, state.blueprint)


def registrations_of(blueprint: Blueprint) -> Registrations:
    """Return the registrations of `blueprint`, recorded from the first call on."""
    for deferred in blueprint.deferred_functions:
        found = getattr(deferred, "__self__", None)
        if isinstance(found, Registrations):
            return found
    return Registrations(blueprint)


def _apps_with(blueprint: Blueprint) -> list[Flask]:
    """Return the apps that have the `blueprint` already: only the garbage collector knows them."""
    # By `type`: `isinstance` would ask a proxy for what it stands for, which may not exist.
    found = [each for each in gc.get_objects() if issubclass(type(each), Flask)]
    return [app for app in cast("list[Flask]", found) if blueprint in app.blueprints.values()]
