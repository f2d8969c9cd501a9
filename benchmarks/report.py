"""The report: as text in a terminal, and as RESULTS.md with its plot."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from .adversarial import ORIGINS as ODD_ORIGINS
from .adversarial import REQUESTED_HEADERS
from .environs import KINDS, is_preflight
from .goals import ALIGN, HEAD, NOTE, rows
from .results import Results
from .rounds import Spread, Times, cost, level
from .subjects import MAIN_KINDS, ORIGINS, PARTS, PATTERNS, ROUTES
from .tables import markdown, table

REPORT: Final = Path(__file__).with_name("RESULTS.md")
FRAMEWORKS: Final = ("falcon", "Starlette", "django-cors-headers", "quart-cors")
NAMES: Final = {
    "bare": "Flask alone",
    "bare again": "Flask again",
    "no-op": "no-op wrapper",
    "two-hooks": "two hooks",
    "flask-cors": "flask-cors",
    "this": "flask-crossorigin",
    "this, one policy": "flask-crossorigin, one policy",
    "this, denied": "flask-crossorigin, denied",
}
_HOW: Final = """\
`make bench` writes this file. Times are microseconds of processor time, called in process: medians
over rounds in which all that is compared ran in turn, with quartiles. "Cost" is what a request
takes more than the same request to Flask alone, inside each round; "Flask again" is what noise
makes of no difference at all. Instructions are counted by callgrind, on smaller apps alone: medians
over five layouts of memory, which move a cost over Flask by up to a third. They decide a goal whose
limit lies within the quartiles of what its times say, and one about costs in Flask where Flask
differs from itself by more than half a microsecond. One run's numbers can be compared with each
other, never with those of another machine."""


def text(results: Results) -> str:
    """The cost of each kind of request, and the goals, in 80 columns."""
    parts = [
        table(
            ("µs over Flask alone", *(NAMES[each] for each in _COLUMNS)),
            [_row(results, kind) for kind in MAIN_KINDS if kind in results.times],
            "lrrrr",
        ),
        "Preflights are whole, not over Flask alone.",
        table(HEAD, rows(results), ALIGN) + f"\n\n{NOTE}",
    ]
    return "\n\n".join(["", *parts])


_COLUMNS: Final = ("bare again", "two-hooks", "flask-cors", "this")


def _row(results: Results, kind: str) -> list[str]:
    times = results.times[kind]
    return [KINDS[kind], *(f"{_of(times, name, kind).median:.2f}" for name in _COLUMNS)]


def _of(times: Times, name: str, kind: str) -> Spread:
    return level(times, name) if is_preflight(kind) else cost(times, name, "bare")


def write(results: Results) -> None:
    """Write RESULTS.md and the plot."""
    from .plot import draw

    REPORT.write_text(render(results))
    draw(results)


def render(results: Results) -> str:
    """RESULTS.md."""
    parts = [
        "# What cross-origin handling costs",
        _HOW,
        "![Cost of an allowed GET and of a preflight](results.svg)",
        "; ".join(f"{name} {value}" for name, value in results.conditions.items()) + ".",
        "## Goals",
        markdown(HEAD, rows(results), ALIGN),
        f"\\{NOTE}.",
    ]
    for title, section in _SECTIONS:
        if lines := list(section(results)):
            parts += [f"## {title}", *lines]
    return "\n\n".join(parts) + "\n"


def _spread(spread: Spread) -> str:
    return f"{spread.median:.2f} ({spread.lower:.2f} to {spread.upper:.2f})"


def _main(results: Results) -> Iterator[str]:
    titles = {kind: KINDS[kind] for kind in MAIN_KINDS}
    titles["empty"] = "GET, allowed, to an app that answers at once"
    for kind, title in titles.items():
        if kind in results.times:
            times, counts = results.times[kind], results.counts.get(kind)
            found = []
            for name in times:
                counted = ["-", "-"]
                if counts and name in counts:
                    whole, over = level(counts, name), cost(counts, name, "bare")
                    counted = [f"{whole.median:,.0f}", f"{over.median:,.0f}"]
                cells = [_spread(level(times, name)), _spread(cost(times, name, "bare"))]
                found.append([NAMES[name], *cells, *counted])
            head = ("", "µs", "cost, µs", "instructions", "cost, instructions")
            yield f"**{title}**, {len(times['bare'])} rounds"
            yield markdown(head, found, "lrrrr")


def _growth(
    results: Results, what: str, counts: Sequence[int], kinds: Sequence[str]
) -> Iterator[str]:
    for kind in kinds:
        found, names = [], [""]
        for number in counts:
            if times := results.times.get(f"{number} {what}, {kind}"):
                spreads = [_spread(_of(times, name, kind)) for name in times if name != "bare"]
                found.append([f"{number:,}".replace(",", " "), *spreads])
                names = [NAMES[name] for name in times if name != "bare"]
        if found:
            unit = "µs, whole" if is_preflight(kind) else "cost, µs"
            yield f"{KINDS[kind]}, {unit}"
            yield markdown((what, *names), found, "r" + "r" * len(names))


def _frameworks(results: Results) -> Iterator[str]:
    found = [
        [
            name,
            *(_spread(cost(times, f"{kind}, with", f"{kind}, without")) for kind in _BOTH),
            _spread(level(times, "preflight, with")),
        ]
        for name in FRAMEWORKS
        if (times := results.times.get(name))
    ]
    if found:
        times = results.times["falcon"]
        found.append([NAMES["this"], _spread(cost(times, "this", "bare")), "-", "-"])
        head = ("µs", "GET allowed, cost", "preflight, cost", "preflight, whole")
        yield markdown(head, found, "lrrr")


_BOTH: Final = ("GET", "preflight")


def _served(results: Results) -> Iterator[str]:
    found = []
    for name, rounds in results.served.items():
        variant, kind = name.split(", ")
        cells = [_spread(Spread.of(rounds[what])) for what in ("per second", "processor")]
        found.append([NAMES[variant], KINDS[kind], *cells])
    if found:
        yield "gunicorn, one gthread worker with two threads, asked by wrk over four connections."
        yield markdown(("", "", "requests a second", "processor, µs a request"), found, "llrr")


def _adversarial(results: Results) -> Iterator[str]:
    for group, labels in (("requested", list(REQUESTED_HEADERS)), ("origin", list(ODD_ORIGINS))):
        found, head = [], [""]
        for label in labels:
            if times := results.times.get(f"{group}: {label}"):
                found.append([label, *(f"{level(times, name).median:,.1f}" for name in times)])
                head = [""] + [_renamed(name) for name in times]
        if found:
            yield f"{_ADVERSARIES[group]}, µs a preflight"
            yield markdown(head, found, "l" + "r" * (len(head) - 1))
    for name, value in results.figures.items():
        if name.startswith("distinct"):
            variant = name.split(", ")[1]
            yield f"Kept after requests with distinct origins, paths and header names, by \
{NAMES[variant]}: {value:.0f} KiB."


_ADVERSARIES: Final = {
    "requested": "Access-Control-Request-Headers",
    "origin": "Origin, where 100 patterns are listed",
}


def _renamed(label: str) -> str:
    variant, _, rest = label.partition(", ")
    return f"{NAMES[variant]}, {rest}"


def _start_up(results: Results) -> Iterator[str]:
    found = [
        [name, f"{value:.2f}"] for name, value in results.figures.items() if " origins, " in name
    ]
    if found:
        yield markdown(("flask-crossorigin", ""), found, "lr")


_SECTIONS: Final[list[tuple[str, Callable[[Results], Iterator[str]]]]] = [
    ("One policy", _main),
    ("Exact origins", lambda each: _growth(each, "origins", ORIGINS, ("allowed", "preflight"))),
    (
        "Subdomain patterns",
        lambda each: _growth(each, "patterns", PATTERNS, ("allowed", "preflight")),
    ),
    (
        "Scoped blueprints and views",
        lambda each: _growth(each, "parts", PARTS, ("part", "preflight-part")),
    ),
    ("Routes", lambda each: _growth(each, "routes", ROUTES, ("allowed", "preflight"))),
    ("Other frameworks, each with and without its middleware", _frameworks),
    ("A real server", _served),
    ("Adversarial requests", _adversarial),
    ("Start-up", _start_up),
]
