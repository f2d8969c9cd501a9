"""The report: as text in a terminal, and as RESULTS.md with its plot."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from .adversarial import ORIGINS as ODD_ORIGINS
from .adversarial import PREVIEWS, REQUESTED_HEADERS
from .agents import AGENTS
from .environs import KINDS, is_preflight
from .frameworks import NAMES as FRAMEWORKS
from .goals import ALIGN, GIVEN_UP, HEAD, NOTE, rows
from .importing import PROGRAMS
from .results import Results
from .rounds import Spread, Times, cost, level
from .subjects import IN_APP, MAIN_KINDS, ORIGINS, PARTS, PATTERNS, ROUTES, SESSION
from .tables import markdown, table
from .variants import WRAPPERS

REPORT: Final = Path(__file__).with_name("RESULTS.md")
NAMES: Final = {
    "bare": "Flask alone",
    "bare again": "Flask again",
    "two-hooks": "two hooks",
    "flask-cors": "flask-cors",
    "this": "flask-crossorigin",
    "this, one policy": "flask-crossorigin, one policy",
}
_HOW: Final = """\
`make bench` writes this file. Times are microseconds of processor time, called in process: medians
over rounds in which all that is compared ran in turn, with quartiles. "Cost" is the time that a
request takes more than the same request to Flask alone, inside each round; "Flask again" is the
noise, the cost of no difference at all. Of requests that enter Flask, bytecodes are counted, which
are exact but leave out what C code does; of other preflights, instructions, by callgrind, as
medians over five layouts of memory. Counts decide a goal whose limit lies within the quartiles of
its times, and one about costs in Flask where Flask differs from itself by more than half a
microsecond. One run's numbers can be compared with each other, never with those of another
machine."""
_GOALS: Final = """\
Of a GET costs are compared, of a whole GET and of a preflight all that it takes. In brackets: a
limit that would be better still."""


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
        _GOALS,
        markdown(HEAD, rows(results), ALIGN),
        f"\\{NOTE}.",
        "Given up, or replaced:",
        markdown(("goal of an earlier design", "limit", "reason"), GIVEN_UP, "lrl"),
    ]
    for title, section in _SECTIONS:
        if lines := list(section(results)):
            parts += [f"## {title}", *lines]
    return "\n\n".join(parts) + "\n"


def _spread(spread: Spread) -> str:
    return f"{spread.median:.2f} ({spread.lower:.2f} to {spread.upper:.2f})"


def _main(results: Results) -> Iterator[str]:
    titles = {kind: KINDS[kind] for kind in MAIN_KINDS}
    titles[SESSION] = "GET, allowed, of a view that reads the session, so that it varies by Cookie"
    titles[IN_APP] = "preflight, allowed, under a wrapper, so that the app responds"
    for group, title in titles.items():
        if group in results.times:
            times, counts = results.times[group], results.counts.get(group, {})
            yield f"**{title}**, {len(times['bare'])} rounds"
            unit = "bytecodes" if len(counts.get("this", ())) == 1 else "instructions"
            head = ("", "µs", "cost, µs", unit, f"cost, {unit}")
            yield markdown(head, [_side(name, times, counts) for name in times], "lrrrr")


def _side(name: str, times: Times, counts: Times) -> list[str]:
    counted = ["-", "-"]
    if name in counts:
        spreads = level(counts, name), cost(counts, name, "bare")
        counted = [f"{spread.median:,.0f}" for spread in spreads]
    return [NAMES[name], _spread(level(times, name)), _spread(cost(times, name, "bare")), *counted]


def _wrapped(results: Results) -> Iterator[str]:
    if times := results.times.get("wrapped"):
        compared = ("two-hooks", "flask-cors", "this")
        found = []
        for wrapper, title in {"": "none", **{each: each for each in WRAPPERS}}.items():
            ending = f", {wrapper}" if wrapper else ""
            spreads = [cost(times, name + ending, f"bare{ending}") for name in compared]
            found.append([title, *map(_spread, spreads)])
        yield """\
GET, allowed, cost, µs. One wrapper passes everything on, the other copies the environment. Each was
put round the app before its policy."""
        yield markdown(("wrapper", *(NAMES[name] for name in compared)), found, "lrrr")


def _agents(results: Results) -> Iterator[str]:
    found = []
    for name in AGENTS:
        if times := results.times.get(f"{name}, allowed"):
            whole = results.times[f"{name}, preflight"]
            spreads = [
                *(cost(times, each, "bare") for each in ("flask-cors", "this")),
                *(level(whole, each) for each in ("bare", "flask-cors", "this")),
            ]
            found.append([name, *map(_spread, spreads)])
    if found:
        yield "Each in a process of its own; every request is traced, and the traces are dropped."
        costs = [f"GET allowed, cost: {NAMES[each]}" for each in ("flask-cors", "this")]
        wholes = [f"preflight: {NAMES[each]}" for each in ("bare", "flask-cors", "this")]
        yield markdown(("µs", *costs, *wholes), found, "lrrrrr")


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
        ours = cost(results.times["allowed"], "this", "bare")
        whole = level(results.times["preflight"], "this")
        found.append([NAMES["this"], _spread(ours), "-", _spread(whole)])
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
    for group, labels in (
        ("requested", list(REQUESTED_HEADERS)),
        ("origin", list(ODD_ORIGINS)),
        ("previews", list(PREVIEWS)),
    ):
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
    "previews": "A new Origin each time, where patterns of preview deployments are listed",
}


def _renamed(label: str) -> str:
    variant, _, rest = label.partition(", ")
    return f"{NAMES[variant]}, {rest}"


def _start_up(results: Results) -> Iterator[str]:
    for group, title in _FRESH.items():
        if times := results.times.get(group):
            spreads = {name: level(times, name) for name in PROGRAMS[group]}
            yield title
            yield markdown(
                ("", "ms"),
                [[NAMES.get(name, name), _milliseconds(each)] for name, each in spreads.items()],
                "lr",
            )
    found = [
        [name, f"{value:.2f}"] for name, value in results.figures.items() if " origins, " in name
    ]
    if found:
        yield markdown(("flask-crossorigin", ""), found, "lr")


_FRESH: Final = {
    "import": """\
Importing, in fresh processes: Flask; then, with Flask there, the usual names of each of the \
others.""",
    "import and first app": """\
The same with the extension of one app, for which this library loads its request path.""",
    "first policy": """\
The first policy of a process, with credentials. A pattern loads the Public Suffix List.""",
}


def _milliseconds(spread: Spread) -> str:
    return _spread(Spread(spread.median / 1000, spread.lower / 1000, spread.upper / 1000))


_SECTIONS: Final[list[tuple[str, Callable[[Results], Iterator[str]]]]] = [
    ("One policy", _main),
    ("Under a wrapper", _wrapped),
    ("Under tracing agents", _agents),
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
