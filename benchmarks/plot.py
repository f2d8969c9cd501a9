"""The plot: what an allowed GET costs, and what a preflight takes."""

from pathlib import Path
from typing import Any, Final

from .results import Results
from .rounds import cost, level

PLOT: Final = Path(__file__).with_name("results.svg")
_GREY: Final = "#808080"
"""Readable on white and on black."""
_COLOURED: Final = (
    "text.color",
    "axes.labelcolor",
    "axes.edgecolor",
    "xtick.color",
    "ytick.color",
)
_COLOURS: Final = {"this": "#2f9e62", "flask-cors": "#d9730d", "two-hooks": "#8b7fd4"}
_NAMES: Final = {
    "this": "flask-crossorigin",
    "two-hooks": "two hooks",
    "flask-cors": "flask-cors",
}


def draw(results: Results, path: Path = PLOT) -> None:
    """Write the plot of `results`: the same bytes for the same results."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    style = {
        "svg.hashsalt": "flask-crossorigin",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 10,
        **dict.fromkeys(
            ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _GREY
        ),
    }
    with matplotlib.rc_context(style):
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 2.4), layout="constrained")
        _bars(left, results, "allowed", "GET, allowed: µs over Flask alone")
        _bars(right, results, "preflight", "preflight: µs altogether")
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None})
        pyplot.close(figure)


def _bars(axes: Any, results: Results, kind: str, title: str) -> None:
    times = results.times[kind]
    for name in reversed(_NAMES):
        spread = level(times, name) if kind == "preflight" else cost(times, name, "bare")
        axes.barh(_NAMES[name], spread.median, color=_COLOURS[name], height=0.6)
        axes.annotate(
            f"{spread.median:.1f}",
            (spread.median, _NAMES[name]),
            xytext=(4, 0),
            textcoords="offset points",
            verticalalignment="center",
        )
    axes.set_title(title, loc="left", fontsize=10)
    axes.margins(x=0.15)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
