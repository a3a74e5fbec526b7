"""Rounds in turn, so that what slows the machine for a while slows all; the least of them counts.

And the machine's own measure: the product of two large matrices in float32.
"""

from functools import cache
from time import perf_counter

import numpy as np


def seconds(call):
    start = perf_counter()
    call()
    return perf_counter() - start


def least_seconds(calls, rounds):
    """The seconds of each call by its name, the least of so many rounds."""
    measured = [{name: seconds(call) for name, call in calls.items()} for _ in range(rounds)]
    return {name: min(times[name] for times in measured) for name in calls}


def repeated(call, n):
    """What calls `call` so many times."""

    def repeat():
        for _ in range(n):
            call()

    return repeat


@cache
def matrix_peak(toy):
    """Operations a second of a float32 matrix product, at best, measured once a run."""
    n = 128 if toy else 2048
    a, b = np.random.default_rng(0).standard_normal((2, n, n), np.float32)
    product = a @ b
    best = min(seconds(lambda: np.matmul(a, b, out=product)) for _ in range(8))
    return 2 * n**3 / best
