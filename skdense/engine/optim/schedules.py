"""Learning-rate schedules: pure functions of how far the training is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from math import cos, inf, log2, pi
from numbers import Integral, Real
from typing import Any, ClassVar, cast

from skdense.engine.checks import check_range


@dataclass(slots=True)
class Progress:
    """How far the training is.

    Attributes
    ----------
    fraction : float in [0, 1)
        Share of all planned steps that is done.
    n_steps : int
        Steps done since the first call.
    n_seen : int
        Rows trained on up to the start of this epoch, repeats counted.
    n_plateaus : int
        How often patience has run out.
    """

    fraction: float = 0.0
    n_steps: int = 0
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

    def rests(self, n_epochs: int) -> Container[int]:
        """Of so many epochs, from 1 on, those after which a network is worth keeping."""
        return range(1, n_epochs + 1)

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
class FlatCosine(Schedule):
    """1 for half of the training, then half a cosine wave down to 0.

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
    """``(1 - cos(2 pi log2(1 + (2 ** n_cycles - 1) fraction))) / 2``: ever longer waves.

    It starts and ends at 0, and returns there at the end of each wave.

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

    def rests(self, n_epochs: int) -> Container[int]:
        """Those nearest to the ends of the waves, where the rate is zero."""
        shares = [(2**k - 1) / (2**self.n_cycles - 1) for k in range(1, self.n_cycles + 1)]
        return {max(1, round(share * n_epochs)) for share in shares}


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Half a cosine wave up from ``1 / start_divisor`` to 1, and another one down to the end.

    Parameters
    ----------
    rise : float, default=0.3
        Share of the training after which the rate is highest.
    start_divisor : float, default=25.0
        Highest over first rate.
    end_divisor : float, default=1e4
        First over last rate.

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
    """A straight rise from zero, then another schedule.

    Parameters
    ----------
    duration : float or int, default=0.1
        How long it rises: a float in (0, 1) is a share of the planned steps, an int is a
        number of steps, counted since the first call.
    schedule : Schedule, default=Cosine()
        What follows. After a rise given as a share, it runs over the rest of the training.
    """

    duration: float | int = 0.1
    schedule: Schedule = Cosine()

    def __post_init__(self) -> None:
        counts = self._counts_steps and not isinstance(self.duration, bool)
        if not (0 < self.duration < 1 or (counts and self.duration >= 1)):
            raise ValueError(
                f"duration must be a share in (0, 1) or a number of steps, got {self.duration}."
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
    """Any function of the fraction done."""

    function: Callable[[float], Any]
    needs_end: ClassVar[bool] = True

    def __call__(self, progress: Progress) -> float:
        return cast(float, self.function(progress.fraction))


def rate_of(schedule: Schedule, progress: Progress, name: str = "learning_rate") -> float:
    """What a schedule multiplies its rate by; ValueError unless that is a number of at least 0."""
    value: Any = schedule(progress)
    if type(value) is float and 0 <= value < inf:
        return value  # asked at each step; the abstract Real takes five times as long
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
