"""The default beside other libraries on 32 tables, and what each piece of it gives.

    python docs/study/compare.py

prints the tables of docs/accuracy.md from three files beside it. tables.jsonl has a line for each
fit of a model at its defaults to a table. times.jsonl has the seconds of fits of one run with
nothing else running. pieces.jsonl has a line for each change of a setting and table, with the
values by seed. Ratios are geometric means over tables of means over seeds.
"""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
MINE, BASE = "skdense", "CatBoost"
GROUPS = ("data", "small", "nominal", "large")
# Added to both sides of a ratio, so that a table without errors has one.
LEAST = 1e-4


def read(name):
    """Return the lines of a file."""
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


def by_model(lines, metric):
    """Mean over the seeds that all models have, by model and table."""
    found = defaultdict(lambda: defaultdict(dict))
    for line in lines:
        if metric in line:
            found[line["data"]][line["model"]][line["seed"]] = line[metric]
    means = defaultdict(dict)
    for data, models in found.items():
        seeds = set.intersection(*map(set, models.values()))
        for model, values in models.items():
            means[model][data] = float(np.mean([values[seed] for seed in seeds]))
    return means


def ratio(mine, base, names):
    """Geometric mean of the ratios over some tables; NaN without any."""
    logs = [
        np.log((mine[n] + LEAST) / (base[n] + LEAST)) for n in names if n in mine and n in base
    ]
    return float(np.exp(np.mean(logs))) if logs else float("nan")


def tables_by(lines, key):
    """Names of the tables, by group or half."""
    names = defaultdict(list)
    for line in lines:
        if line["data"] not in names[line[key]]:
            names[line[key]].append(line["data"])
    return names


def print_groups(lines):
    """Error and log loss of each model over CatBoost's, by half and by group."""
    columns = {"all": list(dict.fromkeys(line["data"] for line in lines))}
    columns |= {f"half {half}": names for half, names in sorted(tables_by(lines, "half").items())}
    groups = tables_by(lines, "group")
    columns |= {group: groups[group] for group in GROUPS if group in groups}
    sizes = [f"{name} ({len(names)})" for name, names in columns.items()]
    for metric in ("error", "log_loss"):
        means = by_model(lines, metric)
        print(
            f"\n| {metric.replace('_', ' ')} / {BASE}'s | " + " | ".join(sizes) + " | mean rank |"
        )
        print("|---" * (len(columns) + 2) + "|")
        ranks = mean_ranks(means)
        for model in sorted(means, key=ranks.get):
            cells = [ratio(means[model], means[BASE], names) for names in columns.values()]
            figures = " | ".join("-" if np.isnan(cell) else f"{cell:.3f}" for cell in cells)
            print(f"| {model} | {figures} | {ranks[model]:.2f} |")


def mean_ranks(means):
    """Mean rank of each model over the tables that all have, from 1 for the best."""
    tables = set.intersection(*map(set, means.values()))
    values = np.array([[means[model][data] for data in sorted(tables)] for model in means])
    ranks = 1 + (values[None] < values[:, None]).sum(axis=1)
    return dict(zip(means, ranks.mean(axis=1), strict=True))


def print_wins(lines):
    """Tables on which we have the smaller error than each other model, of those that both have."""
    means = by_model(lines, "error")
    print("\n| against | wins | ties | losses |\n|---|---|---|---|")
    for model in means:
        if model != MINE:
            pairs = [(means[MINE][n], means[model][n]) for n in means[model] if n in means[MINE]]
            wins, losses = (
                sum(a < b for a, b in some) for some in (pairs, [p[::-1] for p in pairs])
            )
            print(f"| {model} | {wins} | {len(pairs) - wins - losses} | {losses} |")


def print_times(lines):
    """Seconds that each model took for one fit to each table of a group."""
    seconds, groups = by_model(lines, "seconds"), tables_by(lines, "group")
    print(
        "\n| fit time, seconds | " + " | ".join(f"{g} ({len(groups[g])})" for g in groups) + " |"
    )
    print("|---" * (len(groups) + 1) + "|")
    for model, of in seconds.items():
        totals = [[of[data] for data in names if data in of] for names in groups.values()]
        pairs = zip(totals, groups.values(), strict=True)
        cells = (f"{sum(some):.1f}" if len(some) == len(all_) else "-" for some, all_ in pairs)
        print(f"| {model} | " + " | ".join(cells) + " |")


def print_tables(lines):
    """Error of each model on each table."""
    means, of = by_model(lines, "error"), {line["data"]: line for line in lines}
    print(
        "\n| table | group | half | "
        + " | ".join(means)
        + " |\n|---"
        + "|---" * (len(means) + 2)
        + "|"
    )
    for data, line in of.items():
        cells = " | ".join(f"{means[m][data]:.4f}" if data in means[m] else "-" for m in means)
        print(f"| {data} | {line['group']} | {line['half']} | {cells} |")


def print_pieces(lines):
    """Error and log loss after each change over those before it, by half."""
    halves = ("A", "B")
    metrics = "error, half A | error, half B | log loss, half A | log loss, half B"
    print(f"\n| change | tables | {metrics} |")
    print("|---|---|---|---|---|---|")
    for piece in dict.fromkeys(line["piece"] for line in lines):
        own, cells = [line for line in lines if line["piece"] == piece], []
        for metric in ("error", "log_loss"):
            for half in halves:
                some = [line for line in own if line["half"] == half and metric in line]
                after, before = (
                    {line["data"]: float(np.mean(line[key])) for line in some}
                    for key in (metric, f"{metric}_before")
                )
                value = ratio(after, before, list(after))
                cells.append("-" if np.isnan(value) else f"{value:.3f}")
        print(f"| {piece} | {len(own)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    tables = read("tables.jsonl")
    print_groups(tables)
    print_wins(tables)
    print_times(read("times.jsonl"))
    print_tables(tables)
    print_pieces(read("pieces.jsonl"))
