"""How fast the epochs of a fit are done, and how many seconds are left."""

import time
from dataclasses import dataclass
from math import inf


@dataclass
class Pace:
    """How fast the epochs of a fit are done, and when it has to end.

    Attributes
    ----------
    n_epochs : int
        Number of epochs at most.
    n_before : int, default=0
        Those that were done before, where an interrupted fit goes on.
    seconds_per_epoch : float or None, default=None
        Measured before the first epoch; after it, the mean of those done. None: unknown.
    end : float, default=infinity
        Reading of the clock that no epoch should pass, save the first.
    n_done : int
        Number of epochs done since training began.
    start, now : float
        Readings of the clock when training began, and when the last epoch ended.
    is_cut_off : bool
        Whether the fit had to end before its last epoch.
    """

    n_epochs: int
    n_before: int = 0
    seconds_per_epoch: float | None = None
    end: float = inf
    n_done: int = 0
    start: float = 0.0
    now: float = 0.0
    is_cut_off: bool = False

    @property
    def n_left(self) -> int:
        """Number of epochs that are left."""
        return self.n_epochs - self.n_before - self.n_done

    @property
    def seconds_left(self) -> float | None:
        """Expected seconds until the last epoch ends; None before anything is known."""
        if self.seconds_per_epoch is None:
            return None
        return min(self.n_left * self.seconds_per_epoch, max(self.end - self.now, 0.0))

    def training_begins(self) -> None:
        """Start the clock."""
        self.start = self.now = time.perf_counter()

    def epoch_ends(self) -> bool:
        """Count an epoch; return whether training has to end there."""
        before, self.now = self.now, time.perf_counter()
        self.n_done += 1
        self.seconds_per_epoch = (self.now - self.start) / self.n_done
        next_end = self.now + (self.now - before)
        self.is_cut_off = self.n_left > 0 and next_end > self.end
        return self.is_cut_off


def duration(seconds: float) -> str:
    """Return a duration for people."""
    if seconds < 0.95:
        return "less than 1 s"
    if seconds < 120:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 7200 else f"about {seconds / 3600:.1f} h"
