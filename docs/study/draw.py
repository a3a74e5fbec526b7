"""Draws the settings of study.py by their time and error: writes curve.svg beside this file."""

import json
from math import log10
from pathlib import Path

from study import CATBOOST, CURVE, MLP, RESULTS, means, ratio

WIDTH, HEIGHT, MARGIN = 640, 360, 60
TICKS = (10, 20, 50, 100, 200)


def points(lines):
    """Name, seconds and error of each setting of the curve."""
    errors, seconds = means(lines, "error"), means(lines, "seconds")
    names = [name for name in (MLP, CATBOOST, *CURVE) if name in errors]
    return [
        (name, sum(seconds[name].values()), ratio(errors[name], errors[MLP])) for name in names
    ]


def picture(found):
    """The points as SVG; time on a logarithmic axis."""
    shown = [point for point in found if point[0] != MLP]
    low, high = 0.9 * min(t for _, t, _ in shown), 1.3 * max(t for _, t, _ in shown)
    bottom, top = (limit(e for _, _, e in shown) for limit in (min, max))
    bottom, top = bottom - 0.01, top + 0.01

    def place(seconds, error):
        x = MARGIN + (WIDTH - 2 * MARGIN) * log10(seconds / low) / log10(high / low)
        return x, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (error - bottom) / (top - bottom)

    def text(x, y, words, anchor="middle"):
        return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{words}</text>'

    mine = sorted((t, e) for name, t, e in shown if name != CATBOOST)
    path = " ".join("{:.0f},{:.0f}".format(*place(*point)) for point in mine)
    parts = [f'<polyline points="{path}" fill="none" stroke="#888"/>']
    for name, seconds, error in shown:
        x, y = place(seconds, error)
        colour = "#b33" if name == CATBOOST else "#25c"
        parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="{colour}"/>']
        parts += [text(x, y - 10, f"{name}: {error:.3f}")]
    for tick in (tick for tick in TICKS if low <= tick <= high):
        parts.append(text(place(tick, bottom)[0], HEIGHT - MARGIN + 20, f"{tick} s"))
    parts.append(text(WIDTH / 2, HEIGHT - 12, "fit time of 15 tables, two cores"))
    parts.append(text(MARGIN, 24, "error, as a share of scikit-learn's MLP", "start"))
    style = 'font-family="sans-serif" font-size="13"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {style}>'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>\n"])


if __name__ == "__main__":
    results = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    Path(__file__).with_name("curve.svg").write_text(picture(points(results)))
