"""The differences that the design accepts, and those that it leaves open.

- Without the shortcut, teardown functions run for a preflight, and one of them may fail.
- A response that is not of the app's class is made one of it, so that it gets the headers which
  that class adds.
- Where an app's `wsgi_app` was captured before `init_app`, and a library replaces
  `full_dispatch_request` after it by one that returns a plain response, the first response has no
  headers. `random_apps` makes no app with both.
- An app that comes first in a cascade answers preflights for URLs that only the next app has. The
  reference does so too.
- Only what a URL itself shows decides whether its preflights are for one request; the library may
  be more careful: for a rule that overlaps another one, for URLs without rules, after a late rule.
- A hook that takes the matched rule away, or a hook that responds below a prefix that is disabled:
  nothing is allowed, or what the rule allows, or the response is left untouched.
- In an app with one policy, that one may apply even where the routing fails.

For the last three the reference has several right responses, by `ReferenceFlask.choice`.
"""

from __future__ import annotations

from typing import Final

from .running import Outcome

_OWN: Final = ("x-own", "own")


def is_failing_teardown(wanted: Outcome, found: Outcome) -> bool:
    """Return whether a teardown function has failed after a preflight."""
    return found.raised == "ArithmeticError" and not (found.log or wanted.log or wanted.raised)


def without_own_class(wanted: Outcome, found: Outcome) -> list[tuple[str, str]]:
    """Return the other headers without the one of the app's response class, if it is not wanted."""
    return [each for each in found.headers if each != _OWN or each in wanted.headers]
