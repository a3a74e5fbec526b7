"""How fast the epochs of a fit are done, and how many seconds are left."""

import time
from dataclasses import dataclass
from math import inf


@dataclass
class Pace:
    """How fast the epochs of a fit are done, and when it has to end.

    Attributes
    ----------
    n_left : int
        Number of epochs that are left.
    seconds_per_epoch : float or None, default=None
        Measured before the first epoch; after it, the mean of those done. None: unknown.
    end : float, default=infinity
        Reading of the clock that no epoch should pass, save the first.
    n_done : int
        Number of epochs done.
    start, last_end : float
        Readings of the clock when training began, and when the last epoch ended.
    is_cut_off : bool
        Whether the fit had to end before its last epoch.
    """

    n_left: int
    seconds_per_epoch: float | None = None
    end: float = inf
    n_done: int = 0
    start: float = 0.0
    last_end: float = 0.0
    is_cut_off: bool = False

    @property
    def seconds_left(self) -> float | None:
        """Expected seconds until the last epoch ends; None before anything is known."""
        return None if self.seconds_per_epoch is None else self.n_left * self.seconds_per_epoch

    def training_begins(self) -> None:
        """Start the clock."""
        self.start = self.last_end = time.perf_counter()

    def epoch_ends(self) -> bool:
        """Count an epoch; return whether training has to end there."""
        now = time.perf_counter()
        self.n_done, self.n_left = self.n_done + 1, self.n_left - 1
        self.seconds_per_epoch = (now - self.start) / self.n_done
        last, self.last_end = now - self.last_end, now
        self.is_cut_off = self.n_left > 0 and now + last > self.end
        return self.is_cut_off


def duration(seconds: float) -> str:
    """Return a duration for people."""
    if seconds < 0.95:
        return "less than 1 s"
    if seconds < 9.5:
        return f"about {seconds:.1g} s"
    if seconds < 120:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 7200 else f"about {seconds / 3600:.1f} h"
