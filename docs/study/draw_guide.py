"""Draw the pictures of the user guide: `python docs/study/draw_guide.py [NAME...]`, in a checkout.

Each function draws the picture of a page of its name, which it puts into docs/guide/pictures. It
runs the blocks of that page and draws what they have computed, so page and picture agree.
"""

import contextlib
import io
import re
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from draw import MINE_COLOR, OTHERS, STYLE, axes_of, write

from skdense import DenseNetRegressor
from skdense.engine import SCHEDULES, Progress

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs/guide/pictures"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GREY = "#777777"


def run_page(name):
    """Return what the blocks of a page define; they read files of the checkout."""
    namespace = {"__name__": "__main__"}
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(io.StringIO()):
        for code in BLOCK.findall((ROOT / f"docs/guide/{name}.md").read_text()):
            exec(code, namespace)
    return namespace


def titled(axes, title):
    """Write a title that begins at the left end of the figure."""
    axes.figure.suptitle(title, x=0.01, ha="left", fontsize=12)


def why():
    """Draw the contributions to one prediction, from the base value on."""
    page = run_page("why")
    explanation = page["regressor"].explain(page["new"][:1])
    row = pd.Series(explanation.values[0], index=explanation.feature_names)
    row = row.iloc[np.argsort(-row.abs())]
    base, ends = explanation.base_values[0], explanation.base_values[0] + row.cumsum()
    figure, axes = axes_of("rent, euros", "")
    colors = np.where(row > 0, OTHERS, MINE_COLOR)
    axes.barh(row.index, row, left=ends - row, color=colors, height=0.7)
    for i, (change, end) in enumerate(zip(row, ends, strict=True)):
        side, shift = ("left", 4) if change > 0 else ("right", -4)
        place = {"textcoords": "offset points", "va": "center", "ha": side}
        axes.annotate(f"{change:+.0f}", (end, i), (shift, 0), **place)
    for value, name in ((base, "mean prediction"), (ends.iloc[-1], "this flat")):
        axes.axvline(value, color=GREY, linestyle="--", linewidth=1)
        axes.annotate(f"{name}\n{value:.0f}", (value, -0.7), ha="center", va="bottom")
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlim(*np.add(axes.get_xlim(), (-140, 60)))
    change = f"{'raises' if row.iloc[0] > 0 else 'lowers'} the predicted rent"
    titled(axes, f"The {row.index[0]} of this flat {change}\nby {abs(row.iloc[0]):.0f} euros")
    return figure


def uncertainty():
    """Draw new rows, and the interval of 1.96 learned standard deviations."""
    page = run_page("uncertainty")
    x, y, gaussian = page["X_test"][:, 0], page["y_test"], page["gaussian"]
    mean, std = gaussian.predict(page["X_test"], return_std=True)
    inside = np.mean(np.abs(y - mean) < 1.96 * std)
    grid = np.linspace(0, 3, 60)
    mean, std = gaussian.predict(grid[:, None], return_std=True)
    figure, axes = axes_of("x", "y")
    some = slice(0, 300)
    axes.plot(x[some], y[some], ".", color=GREY, markersize=4, label="new rows")
    axes.fill_between(grid, mean - 1.96 * std, mean + 1.96 * std, color=MINE_COLOR, alpha=0.25)
    axes.plot(grid, mean, color=MINE_COLOR, linewidth=2, label="mean, and 1.96 std to each side")
    axes.legend(frameon=False, loc="lower left")
    titled(axes, f"The interval widens with the noise,\nand {inside:.0%} of new rows lie inside")
    return figure


def time_series():
    """Draw a line, and what a network learns from a part of it."""
    page = run_page("time_series")
    x = np.linspace(-8, 8, 161)
    figure, axes = axes_of("x", "prediction")
    axes.axvspan(-2, 2, color=GREY, alpha=0.2, linewidth=0, label="training range")
    axes.plot(x, 3 * x, "--", color="black", label="truth", zorder=3)
    for name, color, label in (
        ("line", MINE_COLOR, "network"),
        ("linear", OTHERS, "linear model"),
    ):
        axes.plot(x, page[name].predict(x[:, None]), color=color, linewidth=2, label=label)
    axes.legend(frameon=False)
    titled(axes, "Outside the training range, the predictions\nof a network flatten")
    return figure


def trend():
    """Draw the sales of the last year and two predictions of them, as means of weeks."""
    page = run_page("time_series")
    future = page["future"]
    kept, repeating = (
        page["calendar"][page[name]][future] for name in ("everything", "repeating")
    )
    as_they_are = page["fitted"](page["everything"], page["sold"]).predict(kept)
    removed = page["fitted"](page["repeating"], page["sold"] - page["trend"]).predict(repeating)
    figure, axes = axes_of("week of the fourth year", "sales per day")
    for values, color, label in (
        (page["sold"][future], "black", "sold"),
        (as_they_are, OTHERS, "the columns as they are"),
        (page["trend"][future] + removed, MINE_COLOR, "a line and a network"),
    ):
        weeks = np.reshape(values[:364], (52, 7)).mean(axis=1)
        axes.plot(range(1, 53), weeks, color=color, linewidth=2, label=label)
    axes.set_ylim(bottom=160)  # room for the legend
    axes.legend(frameon=False, loc="lower left")
    titled(axes, "Without removing the trend,\npredictions stay below growing sales")
    return figure


def learning_rates():
    """Draw the multiplier of each schedule over the training."""
    done = np.linspace(0, 1, 120)
    names = ["constant", "cosine", "flat_cosine", "warmup_cosine", "one_cycle", "coslog4"]
    figure, _ = axes_of("", "", height=3.6)
    figure.clear()
    plots = figure.subplots(2, 3, sharex=True, sharey=True)
    for axes, name in zip(plots.flat, names, strict=True):
        schedule = SCHEDULES[name]()
        values = [schedule(Progress(fraction=share)) for share in done]
        axes.plot(done, values, color=MINE_COLOR, linewidth=2)
        axes.set_title(name)
        axes.set_xticks([0, 1], ["0", "1"])
        axes.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("fraction of training done", fontsize=12)
    figure.supylabel("multiplier", fontsize=12)
    titled(axes, "All of these but constant end at zero;\ncoslog4 returns to zero four times")
    return figure


def losses():
    """Draw the constants that losses learn from numbers with a long tail."""
    page = run_page("losses")
    amounts = page["amounts"]
    figure, axes = axes_of("value", "numbers per bin")
    axes.hist(amounts, np.linspace(0, 6, 61), color="#cccccc")
    shown = {
        "the median": {"loss": "absolute_error"},
        "between the two": {"loss": "huber"},
        "the mean": {"loss": "squared_error"},
        "the 90% quantile": {"loss": "quantile", "quantile": 0.9},
    }
    for height, (what, loss) in zip((1, 0.8, 0.6, 0.4), shown.items(), strict=True):
        regressor = DenseNetRegressor((), **loss, **page["exact"]).fit(page["nothing"], amounts)
        learned = regressor.predict([[0]])[0]
        axes.axvline(learned, 0, height, color=MINE_COLOR, linewidth=2)
        text, place = f"{loss['loss']}:\n{what}, {learned:.2f}", (learned, height)
        frame = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
        axes.annotate(text, place, (5, 0), va="top", **frame)
    titled(axes, "Each loss learns another constant\nfrom the same 2,000 numbers")
    return figure


DRAWN = (why, uncertainty, time_series, trend, learning_rates, losses)

if __name__ == "__main__":
    mpl.rcParams |= STYLE
    PICTURES.mkdir(exist_ok=True)
    for draw in DRAWN:
        if draw.__name__ in (sys.argv[1:] or [one.__name__ for one in DRAWN]):
            write(draw(), PICTURES / f"{draw.__name__}.svg")
