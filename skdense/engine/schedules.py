"""Learning-rate schedules: pure functions of how far the training is."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, inf, pi
from numbers import Real
from typing import Any, ClassVar


@dataclass(slots=True)
class Progress:
    """How far the training is.

    Attributes
    ----------
    fraction : float in [0, 1)
        Share of all planned steps that is done.
    n_seen : int
        Rows trained on up to the start of this epoch, repeats counted.
    n_plateaus : int
        How often patience has run out.
    """

    fraction: float = 0.0
    n_seen: int = 0
    n_plateaus: int = 0


@dataclass(frozen=True)
class Schedule(ABC):
    """Multiplier of the initial learning rate for the next step.

    Attributes
    ----------
    needs_end : bool
        Whether it follows `Progress.fraction`, so that it needs a planned number of
        steps; the training then ends by plan.
    """

    needs_end: ClassVar[bool] = False

    @abstractmethod
    def __call__(self, progress: Progress) -> float: ...

    def n_plateaus(self, learning_rate: float) -> int:
        """How often patience may run out before the training stops for good."""
        return 0


@dataclass(frozen=True)
class Constant(Schedule):
    """1."""

    def __call__(self, progress: Progress) -> float:
        return 1.0


@dataclass(frozen=True)
class InverseScaling(Schedule):
    """``(n_seen + 1) ** -power_t``, constant within an epoch."""

    power_t: float = 0.5

    def __call__(self, progress: Progress) -> float:
        return float((progress.n_seen + 1) ** -self.power_t)


@dataclass(frozen=True)
class Adaptive(Schedule):
    """A fifth of the rate at each plateau, until it is 1e-6 or less."""

    def __call__(self, progress: Progress) -> float:
        return float(5.0**-progress.n_plateaus)

    def n_plateaus(self, learning_rate: float) -> int:
        n_plateaus = 0
        while learning_rate > 1e-6:
            learning_rate /= 5
            n_plateaus += 1
        return n_plateaus


@dataclass(frozen=True)
class Cosine(Schedule):
    """``(1 + cos(pi * fraction)) / 2`` (Loshchilov & Hutter 2017, "SGDR", no restarts)."""

    needs_end: ClassVar[bool] = True

    def __call__(self, progress: Progress) -> float:
        return (1 + cos(pi * progress.fraction)) / 2


@dataclass(frozen=True)
class Custom(Schedule):
    """Any function of the fraction done."""

    function: Callable[[float], Any]
    needs_end: ClassVar[bool] = True

    def __call__(self, progress: Progress) -> float:
        value = self.function(progress.fraction)
        if not (isinstance(value, Real) and 0 <= float(value) < inf):
            raise ValueError(
                f"learning_rate must return a number of at least 0, got {value!r} at "
                f"{progress.fraction:.3f} of the training."
            )
        return float(value)


SCHEDULES: dict[str, Callable[..., Schedule]] = {
    "constant": Constant,
    "invscaling": InverseScaling,
    "adaptive": Adaptive,
    "cosine": Cosine,
}
