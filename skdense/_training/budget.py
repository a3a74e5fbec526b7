"""A budget of seconds, and the plan of a training that it leaves room for."""

import time
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Self

import numpy as np

from skdense._settings.auto import MIN_STEPS
from skdense._settings.settings import Settings
from skdense._training.pace import Pace
from skdense._training.trainer import Trainer
from skdense._training.trial import Speed
from skdense.engine import Data
from skdense.engine.training.loop import Validate

# Fraction of the budget that is enough for a trial, within these limits in seconds.
SHARE, LEAST_SECONDS, MOST_SECONDS = 0.02, 0.05, 1.0
# The temperature takes as long as one to three validations.
CALIBRATION = 2
# Validations that are measured at most.
N_VALIDATIONS = 5
# Training is cut off when it lasts longer than this times the budget or what was expected.
SLACK = 1.5


@dataclass(frozen=True)
class Budget:
    """Seconds that a fit may take, counted from when this object is made.

    Attributes
    ----------
    seconds : float
        Infinity for no limit.
    start : float
        Reading of the clock at the start.
    """

    seconds: float
    start: float = field(default_factory=lambda: time.perf_counter())

    @classmethod
    def of(cls, max_seconds: float | None) -> Self:
        """Return the budget that begins now."""
        return cls(inf if max_seconds is None else max_seconds)

    @property
    def end(self) -> float:
        """Reading of the clock at the end."""
        return self.start + self.seconds

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.end - time.perf_counter()


@dataclass(frozen=True)
class Timetable:
    """How many epochs there is time for.

    Attributes
    ----------
    n_epochs : int
    seconds_per_epoch : float
        With a validation.
    before : float
        Seconds until training begins, with those that are needed after it.
    budget : Budget
    """

    n_epochs: int
    seconds_per_epoch: float
    before: float
    budget: Budget

    @classmethod
    def of(
        cls,
        budget: Budget,
        trainer: Trainer,
        settings: Settings,
        data: Data,
        validate: Validate | None,
    ) -> Self:
        """Measure the speed of a trainer, and return the timetable of its training."""
        enough = min(max(SHARE * budget.left(), LEAST_SECONDS), MOST_SECONDS)
        speed = trainer.speed(settings, data, enough)
        validation = 0.0 if validate is None else _seconds_of(validate, enough)
        afterwards = CALIBRATION * validation if settings.data.calibrates else 0.0
        left = budget.left() - afterwards
        per_epoch = speed.seconds_per_epoch + validation
        most = settings.optimization.plan.max_iter
        n_epochs = min(most, max(_fewest(speed), int(left // per_epoch)))
        return cls(n_epochs, per_epoch, budget.seconds - left, budget)

    @property
    def seconds(self) -> float:
        """Expected seconds of the fit."""
        return self.before + self.n_epochs * self.seconds_per_epoch

    def pace(self) -> Pace:
        """Return the expected pace, with an end for a training that falls far behind it."""
        end = self.budget.start + SLACK * max(self.budget.seconds, self.seconds)
        return Pace(self.n_epochs, seconds_per_epoch=self.seconds_per_epoch, end=end)

    def warning(self) -> str | None:
        """Return a warning if the fewest epochs take more than the budget."""
        if self.seconds <= self.budget.seconds:
            return None
        return (
            f"max_seconds={self.budget.seconds} is too short: the fit was expected to take "
            f"about {self.seconds:.2g} s, {self.before:.2g} s of them for everything but the "
            f"fewest epochs that train a network ({self.n_epochs}). To be safe, give max_seconds="
            f"{ceil(SLACK * self.seconds)} or more."
        )


def _fewest(speed: Speed) -> int:
    """Return the number of epochs that a training has at least."""
    return ceil(MIN_STEPS / speed.n_steps)


def _seconds_of(validate: Validate, enough: float) -> float:
    """Return the median seconds of some validations; the first one prepares buffers."""
    validate()
    seconds: list[float] = []
    while not seconds or (sum(seconds) < enough and len(seconds) < N_VALIDATIONS):
        start = time.perf_counter()
        validate()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))
