"""Learning-rate schedules: pure functions of the progress of a training."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from math import cos, inf, log2, pi
from numbers import Integral, Real
from typing import Any, ClassVar, cast

from skdense.engine.checks import check_range


@dataclass(slots=True)
class Progress:
    """How far a training has come.

    Attributes
    ----------
    fraction : float in [0, 1)
        Fraction of all planned steps that is done.
    n_steps : int
        Steps done since the first call.
    n_seen : int
        Rows trained on up to the start of this epoch, counting repeats.
    n_plateaus : int
        How often patience has run out.
    """

    fraction: float = 0.0
    n_steps: int = 0
    n_seen: int = 0
    n_plateaus: int = 0


@dataclass(frozen=True)
class Schedule(ABC):
    """Returns what the initial rate is multiplied by in the next step.

    Attributes
    ----------
    needs_end : bool
        Whether the value depends on `Progress.fraction`, and so on a planned number of
        steps; the training then ends as planned.
    """

    needs_end: ClassVar[bool] = False

    @abstractmethod
    def __call__(self, progress: Progress) -> float: ...

    def snapshot_epochs(self, n_epochs: int) -> Container[int]:
        """Return the numbers, from 1 on, of the epochs after which to evaluate the network."""
        return range(1, n_epochs + 1)

    def n_plateaus(self, learning_rate: float) -> int:
        """Return how often patience may run out before the training stops for good."""
        return 0


@dataclass(frozen=True)
class Constant(Schedule):
    """A constant rate."""

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
    """Divides the rate by five at each plateau, until it is 1e-6 or less."""

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
class FlatCosine(Schedule):
    """Stays at 1 for half of the training, then falls to 0 along half a cosine wave.

    References
    ----------
    Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs
    and boosted trees on tabular data", section 3 (flat_cos).
    """

    needs_end: ClassVar[bool] = True

    def __call__(self, progress: Progress) -> float:
        return _wave(1.0, 0.0, max(0.0, 2 * progress.fraction - 1))


@dataclass(frozen=True)
class CosLog(Schedule):
    """``(1 - cos(2 pi log2(1 + (2 ** n_cycles - 1) fraction))) / 2``: ever longer cycles.

    It starts and ends at 0, and returns there at the end of each cycle.

    References
    ----------
    Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs
    and boosted trees on tabular data", section 3 (4 cycles).
    """

    n_cycles: int = 4
    needs_end: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_range("n_cycles", self.n_cycles, 1, ends="[)")

    def __call__(self, progress: Progress) -> float:
        cycles = log2(1 + (2**self.n_cycles - 1) * progress.fraction)
        return (1 - cos(2 * pi * cycles)) / 2

    def snapshot_epochs(self, n_epochs: int) -> Container[int]:
        """Return the epochs nearest to the ends of the cycles, where the rate is zero."""
        ends = [(2**k - 1) / (2**self.n_cycles - 1) for k in range(1, self.n_cycles + 1)]
        return {max(1, round(end * n_epochs)) for end in ends}


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Rises from ``1 / start_divisor`` to 1 and falls again, along half cosine waves.

    Parameters
    ----------
    rise : float, default=0.3
        Fraction of the training after which the rate is highest.
    start_divisor : float, default=25.0
        Ratio of the highest rate to the first.
    end_divisor : float, default=1e4
        Ratio of the first rate to the last.

    References
    ----------
    Smith & Topin (2018), "Super-convergence: very fast training of neural networks using
    large learning rates".
    """

    rise: float = 0.3
    start_divisor: float = 25.0
    end_divisor: float = 1e4
    needs_end: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (0 < self.rise < 1 and self.start_divisor >= 1 <= self.end_divisor):
            raise ValueError(f"rise must be in (0, 1) and divisors at least 1, got {self}.")

    def __call__(self, progress: Progress) -> float:
        first, fraction = 1 / self.start_divisor, progress.fraction
        if fraction < self.rise:
            return _wave(first, 1.0, fraction / self.rise)
        return _wave(1.0, first / self.end_divisor, (fraction - self.rise) / (1 - self.rise))


def _wave(start: float, end: float, fraction: float) -> float:
    return end + (start - end) * (1 + cos(pi * fraction)) / 2


@dataclass(frozen=True)
class WarmUp(Schedule):
    """Rises linearly from zero, then follows another schedule.

    Parameters
    ----------
    duration : float or int, default=0.1
        Length of the rise: a float in (0, 1) is a fraction of the planned steps, an int is a
        number of steps, counted since the first call.
    schedule : Schedule, default=Cosine()
        The schedule to follow. After a rise given as a fraction, it runs over the rest of
        the training.
    """

    duration: float | int = 0.1
    schedule: Schedule = Cosine()

    def __post_init__(self) -> None:
        counts = self._counts_steps and not isinstance(self.duration, bool)
        if not (0 < self.duration < 1 or (counts and self.duration >= 1)):
            raise ValueError(
                f"duration must be a fraction in (0, 1) or a number of steps, got {self.duration}."
            )
        if not isinstance(self.schedule, Schedule):
            raise ValueError(f"schedule must be an engine schedule, got {self.schedule!r}.")

    @property
    def _counts_steps(self) -> bool:
        return isinstance(self.duration, Integral)

    @property
    def needs_end(self) -> bool:  # type: ignore[override]
        return not self._counts_steps or self.schedule.needs_end

    def __call__(self, progress: Progress) -> float:
        if self._counts_steps:
            rise = (progress.n_steps + 1) / self.duration
            return min(1.0, rise) * self.schedule(progress)
        if progress.fraction < self.duration:
            return progress.fraction / self.duration
        rest = (progress.fraction - self.duration) / (1 - self.duration)
        return self.schedule(replace(progress, fraction=rest))

    def n_plateaus(self, learning_rate: float) -> int:
        return self.schedule.n_plateaus(learning_rate)


@dataclass(frozen=True)
class Custom(Schedule):
    """Any function of the fraction of the training that is done."""

    function: Callable[[float], Any]
    needs_end: ClassVar[bool] = True

    def __call__(self, progress: Progress) -> float:
        return cast(float, self.function(progress.fraction))


def rate_of(schedule: Schedule, progress: Progress, name: str = "learning_rate") -> float:
    """Return the value of a schedule; ValueError unless it is a number of at least 0."""
    value: Any = schedule(progress)
    if type(value) is float and 0 <= value < inf:
        return value  # at each step; a check by the abstract Real takes five times as long
    if not (isinstance(value, Real) and 0 <= float(value) < inf):
        raise ValueError(
            f"{name} must return a number of at least 0, got {value!r} at "
            f"{progress.fraction:.3f} of the training."
        )
    return float(value)


SCHEDULES: dict[str, Callable[..., Schedule]] = {
    "constant": Constant,
    "invscaling": InverseScaling,
    "adaptive": Adaptive,
    "cosine": Cosine,
    "flat_cosine": FlatCosine,
    "warmup_cosine": WarmUp,
    "one_cycle": OneCycle,
    "coslog4": CosLog,
}
