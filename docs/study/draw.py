"""Draw the figures of README and site: `python docs/study/draw.py` puts them beside this file.

accuracy.svg: error and fit time over CatBoost's, on the tables that the default was not developed
on, from tables.jsonl and times.jsonl, which has the seconds of one run with nothing else running.
speed.svg: time of an epoch over skdense's, from speed.json.
releases.svg: time of an epoch over scikit-learn's MLP, release by release, from releases.jsonl,
which `python -m tests.benchmarks --record docs/study/releases.jsonl` writes.
"""

import json
from pathlib import Path

import matplotlib as mpl
from compare import BASE, MINE, by_model, ratio, read
from matplotlib.figure import Figure
from scipy.stats import gmean

FOLDER = Path(__file__).parent
RELEASES = FOLDER / "releases.jsonl"

MINE_COLOR, OTHERS = "#1f5fbf", "#b3402e"
# Text stays text, legible on a phone, and the file is the same from run to run.
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "skdense"}
STYLE |= {"font.size": 12, "axes.titlesize": 12, "axes.labelsize": 12}
# Groups of tables that the default was not developed on.
UNSEEN = ("small", "nominal", "large")
# Where a name stands beside its point: sides that keep them apart.
LEFT = {MINE}
ABOVE, BELOW = {"LightGBM"}, {"XGBoost"}


def accuracy():
    """Error and fit time of skdense and of others over CatBoost's."""
    lines = [line for line in read("tables.jsonl") if line["group"] in UNSEEN]
    times = [line for line in read("times.jsonl") if line["group"] in UNSEEN]
    errors, seconds = by_model(lines, "error"), by_model(times, "seconds")
    figure, axes = axes_of("fit time / CatBoost's", "error / CatBoost's")
    points = {}
    for model, own in seconds.items():
        # HistGradientBoosting takes no category of more than 255 levels
        time = sum(own.values()) / sum(seconds[BASE][data] for data in own)
        points[model] = time, ratio(errors[model], errors[BASE], list(errors[BASE]))
        mark(axes, model, points[model], MINE_COLOR if model == MINE else OTHERS, model)
    time, error = points[MINE]
    axes.set_title(
        f"{MINE}: {error:.2f} of {BASE}'s error in {time:.2f} of its time,\n"
        f"on {len(errors[BASE])} tables that its recipe was not developed on",
        loc="left",
        x=-0.12,
    )
    axes.set_xscale("log")
    ticks = [0.01, 0.03, 0.1, 0.3, 1]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(0.007, 15)
    return figure


def axes_of(x_label, y_label, height=4):
    """Return a figure of one picture."""
    figure = Figure(figsize=(5, height), layout="constrained")  # legible on a phone
    axes = figure.subplots()
    axes.set(xlabel=x_label, ylabel=y_label)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def mark(axes, text, point, color, name):
    """Draw a point with its name and error."""
    axes.plot(*point, "o", color=color)
    side, shift = ("right", -7) if name in LEFT else ("left", 7)
    height = "bottom" if name in ABOVE else "top" if name in BELOW else "center"
    text = f"{text} {point[1]:.3f}"
    axes.annotate(text, point, (shift, 0), textcoords="offset points", ha=side, va=height)


def speed():
    """Time of an epoch of others over ours."""
    works = json.loads((FOLDER / "speed.json").read_text())["works"]
    others = {"scikit-learn MLP": "#777777", "torch": OTHERS, "jax": "#b07d1e"}
    figure, axes = axes_of("time of an epoch / skdense's", "", height=6)
    means = []
    for i, (peer, color) in enumerate(others.items()):
        places = [place + 0.26 * (i - 1) for place in range(len(works))]
        ratios = [times[peer] / times["skdense"] for times in works.values()]
        means.append(f"{peer} {gmean(ratios):.1f}")
        bars = axes.barh(places, ratios, 0.25, label=peer, color=color)
        label = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axes.bar_label(bars, [f"{value:.1f}" for value in ratios], padding=3, bbox=label)
    axes.axvline(1, color=MINE_COLOR, linewidth=1.5, label="skdense")
    axes.set_title(f"Time of an epoch over skdense's:\n{', '.join(means)}", loc="left", x=-0.2)
    axes.set_yticks(range(len(works)), works)
    axes.invert_yaxis()
    axes.legend(frameon=False)
    return figure


def releases():
    """Time of an epoch of each release over the MLP's of the same run."""
    lines = list(map(json.loads, RELEASES.read_text().splitlines()))
    found = {line["version"]: over_mlp(line["figures"]["speed"]) for line in lines}
    figure, axes = axes_of("", "time of an epoch / scikit-learn MLP's")
    for work in next(iter(found.values())):
        is_mean = work == "geometric mean"
        how = {"color": "#222222", "linewidth": 2.5} if is_mean else {"linewidth": 1}
        axes.plot(
            list(found), [ratios[work] for ratios in found.values()], "o-", label=work, **how
        )
    axes.axhline(1, color="#777777", linewidth=1, label="scikit-learn MLP")
    axes.set_ylim(0)
    figure.legend(loc="outside right center", frameon=False)
    return figure


def over_mlp(tables):
    """Ratio of each work, out of the tables of the topic speed."""
    (table,) = (table for table in tables if table["title"].startswith("skdense over its peer"))
    place = table["columns"].index("MLP float32")
    return {work: ratios[place] for work, ratios in table["rows"].items()}


def write(figure, path):
    """Write a figure without its date."""
    figure.savefig(path, metadata={"Date": None}, facecolor="white")


if __name__ == "__main__":
    mpl.rcParams |= STYLE
    for draw in (accuracy, speed, releases) if RELEASES.exists() else (accuracy, speed):
        write(draw(), FOLDER / f"{draw.__name__}.svg")
