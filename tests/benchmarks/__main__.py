"""All topics, or those named: see the package."""

import argparse
from importlib.util import find_spec
from pathlib import Path

import tests.benchmarks
from tests.benchmarks import (
    damage,
    imports,
    memory,
    prediction,
    record,
    scaling,
    search,
    settings,
    sparse,
    speed,
    steps,
)
from tests.benchmarks.machine import describe
from tests.benchmarks.timing import matrix_peak

TOPICS = {
    "speed": speed.measure,
    "steps": steps.measure,
    "settings": settings.measure,
    "prediction": prediction.measure,
    "sparse": sparse.measure,
    "memory": memory.measure,
    "imports": imports.measure,
    "search": search.measure,
    "scaling": scaling.measure,
    "damage": damage.measure,
}
NEEDED = {
    "sklearn": ["sklearn"],
    "torch": ["torch"],
    "jax": ["jax"],
    "onnxruntime": ["onnxruntime", "skl2onnx"],
}


def some_of(known):
    """A type for argparse: names separated by commas."""

    def parse(text):
        names = text.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown} not among {', '.join(known)}")
        return names

    return parse


def parse_arguments():
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=tests.benchmarks.__doc__, formatter_class=how)
    parser.add_argument("--only", type=some_of(TOPICS), default=list(TOPICS))
    parser.add_argument("--toy", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=some_of(NEEDED), default=["sklearn"])
    parser.add_argument("--record", type=Path, metavar="FILE", help="see record.py")
    return parser.parse_args()


def main():
    args = parse_arguments()
    missing = [peer for peer in args.peers if not all(map(find_spec, NEEDED[peer]))]
    peers = [peer for peer in args.peers if peer not in missing]
    if missing:
        print(f"Left out, as not installed: {', '.join(missing)}\n")
    matrix_peak(args.toy)  # while no peer has threads that wait beside it
    tables = {topic: [] for topic in args.only}
    for topic in args.only:
        print(f"# {topic}\n")
        for table in TOPICS[topic](args.toy, args.rounds, peers):
            print(table, flush=True)
            tables[topic].append(table)
    packages = [package for peer in peers for package in NEEDED[peer]]
    print(f"# machine\n\n{describe(packages, args.toy)}")
    if args.record:
        record.write(args.record, record.line_of(tables, packages, args))


if __name__ == "__main__":
    main()
