"""Clocks that stand still until something ticks, so that no test depends on the machine."""

import threading
from dataclasses import dataclass
from math import inf

from skdense.engine import Adam


class Clock:
    """Stands still until it is told that seconds have passed."""

    def __init__(self):
        self.now, self.lock = 100.0, threading.Lock()

    def __call__(self):
        return self.now

    def tick(self, seconds):
        with self.lock:
            self.now += seconds

    def __deepcopy__(self, memo):
        return self


@dataclass(frozen=True)
class TickingAdam(Adam):
    """Adam, each step of which takes some seconds of a clock, and is written down.

    After `n_fast` steps it takes ten times as long. Before the step numbered `late` something else
    has the machine for a second.
    """

    clock: Clock | None = None
    seconds: float = 0.0
    rates: list | None = None
    n_fast: float = inf
    late: int | None = None

    def begin_step(self, state, learning_rate):
        self.clock.tick(self.seconds * (10 if len(self.rates) >= self.n_fast else 1))
        if len(self.rates) == self.late:
            self.clock.tick(1.0)
        self.rates.append(learning_rate)
        super().begin_step(state, learning_rate)

    def __deepcopy__(self, memo):
        return self


def ticking(clock, seconds, n_fast=inf, late=None):
    return TickingAdam(clock=clock, seconds=seconds, rates=[], n_fast=n_fast, late=late)
