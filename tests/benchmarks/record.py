"""The figures of a release as one line of JSON, in a file that keeps those of all releases.

    python -m tests.benchmarks --record docs/study/releases.jsonl

A line holds version, date, machine, the other versions, and under each topic its tables as they
are printed. A release that was measured before gets a new line in the place of the old.
"""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version

import skdense
from tests.benchmarks.machine import ALWAYS, blas, processor
from tests.benchmarks.timing import matrix_peak


def line_of(tables, packages, args):
    """What was measured, by topic, and on what."""
    named = ALWAYS + [package for package in packages if package != "sklearn"]
    return {
        "version": skdense.__version__,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} CPUs",
        "system": f"{platform.system()} {platform.machine()}",
        "blas": blas(),
        "python": platform.python_version(),
        "packages": {package: version(package) for package in named},
        "peak_gflops": short(matrix_peak(args.toy) / 1e9),
        "rounds": args.rounds,
        "toy": args.toy,
        "figures": {topic: list(map(figures_of, found)) for topic, found in tables.items()},
    }


def figures_of(table):
    rows = {name: [short(value) for value in values] for name, values in table.rows.items()}
    return {"title": table.title, "columns": list(table.columns), "rows": rows}


def short(value):
    """Four digits of a number: more than a time is worth."""
    return value if value is None or isinstance(value, str) else float(f"{value:.4g}")


def write(path, line):
    """Put the line at the end of the file, or in the place of its release's line."""
    texts = path.read_text().splitlines() if path.exists() else []
    lines = {json.loads(text)["version"]: text for text in texts}
    lines[line["version"]] = json.dumps(line)
    path.write_text("\n".join(lines.values()) + "\n")
