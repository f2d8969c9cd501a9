"""The date format of a cookie's Expires attribute (RFC 6265bis, 5.1.1 Dates)."""

import re
from datetime import datetime, timezone
from typing import Final

_DELIMITERS: Final = re.compile(r"[\t -/;-@\[-`{-~]+")
_END: Final = r"(?:[^0-9].*)?"
_TIME: Final = re.compile(rf"([0-9]{{1,2}}):([0-9]{{1,2}}):([0-9]{{1,2}}){_END}", re.DOTALL)
_DAY: Final = re.compile(rf"([0-9]{{1,2}}){_END}", re.DOTALL)
_YEAR: Final = re.compile(rf"([0-9]{{2,4}}){_END}", re.DOTALL)
_MONTHS: Final[tuple[str, ...]] = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_FIRST_YEAR: Final = 1601


def seconds_of_date(text: str) -> float | None:
    """Parse a cookie date.

    The time zone is ignored: a cookie date is always UTC.

    :returns: seconds since 1970; None if `text` is not a date.
    """
    numbers: dict[str, list[int]] = {}
    for token in _DELIMITERS.split(text):
        for part, found in (
            ("time", _TIME.fullmatch(token)),
            ("day", _DAY.fullmatch(token)),
            ("month", token[:3].lower() in _MONTHS),
            ("year", _YEAR.fullmatch(token)),
        ):
            if part not in numbers and found:
                numbers[part] = (
                    [_MONTHS.index(token[:3].lower()) + 1]
                    if isinstance(found, bool)
                    else [int(each) for each in found.groups()]
                )
                break
    if len(numbers) < len(("time", "day", "month", "year")):
        return None
    [year], [month], [day] = numbers["year"], numbers["month"], numbers["day"]
    hour, minute, second = numbers["time"]
    if year < 100:
        year += 1900 if year >= 70 else 2000
    if year < _FIRST_YEAR:
        return None
    try:
        date = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None
    return date.timestamp()
