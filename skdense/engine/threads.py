"""Threads that share a piece of work, and BLAS kept to one thread for each of them."""

from collections.abc import Callable, Sequence
from functools import cache
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

Task = Callable[[Any], None]


@cache
def _libraries() -> list[Any]:
    """The BLAS libraries of this process; looked for once, as that takes a millisecond."""
    return list(ThreadpoolController().select(user_api="blas").lib_controllers)


def n_threads() -> int:
    """How many threads this process may use: what its BLAS is limited to; 1 if that is unknown.

    So the limits of threadpoolctl, of joblib for its workers and of variables such as
    OPENBLAS_NUM_THREADS hold here as well.
    """
    return min((library.num_threads for library in _libraries()), default=1)


class _OneThread:
    """Many fits may ask for it at a time: the first sets the limit, the last restores it."""

    def __init__(self) -> None:
        self.lock, self.n_users = Lock(), 0
        self.before: list[int] = []

    def __enter__(self) -> None:
        with self.lock:
            if self.n_users == 0:
                self.before = [library.num_threads for library in _libraries()]
                _limit([1] * len(self.before))
            self.n_users += 1

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.n_users -= 1
            if self.n_users == 0:
                _limit(self.before)


def _limit(n_threads: list[int]) -> None:
    for library, n in zip(_libraries(), n_threads, strict=True):
        library.set_num_threads(n)


one_blas_thread = _OneThread()


class _ClosedError(Exception):
    """The team was closed in the middle of work, as after Ctrl-C."""


class Team:
    """Threads that share work, until it is closed.

    Parameters
    ----------
    n_threads : int
        The calling one among them, which has rank 0.
    """

    def __init__(self, n_threads: int) -> None:
        self.n_threads = n_threads
        # queues written in C: there and back takes 50 microseconds, with futures it is 75
        self._work = [SimpleQueue[Any]() for _ in range(n_threads)]
        self._arrivals = [SimpleQueue[bool | None]() for _ in range(n_threads)]
        self._errors: list[BaseException] = []
        self._threads = [Thread(target=self._obey, args=(i,)) for i in range(1, n_threads)]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def run(self, *phases: tuple[Task, Sequence[Any]]) -> None:
        """Call each phase's task with each of its items, a phase when all of the last is done.

        The thread of rank r takes the items r, r + n_threads, r + 2 n_threads ...

        What one of them raises is raised here, when all have ended what they had begun.
        """
        if not self._threads:
            for task, items in phases:
                for item in items:
                    task(item)
            return
        for work in self._work[1:]:
            work.put(phases)
        self._share(0, phases)
        errors, self._errors = self._errors, []
        if errors:
            raise errors[0]

    def close(self) -> None:
        """End the threads."""
        for queue in (*self._work[1:], *self._arrivals[1:]):
            queue.put(None)
        for thread in self._threads:
            thread.join()

    def _obey(self, rank: int) -> None:
        # what NumPy warns of is set for each thread
        with np.errstate(over="ignore", invalid="ignore"):
            for phases in iter(self._work[rank].get, None):
                try:
                    self._share(rank, phases)
                except _ClosedError:
                    return

    def _share(self, rank: int, phases: Sequence[tuple[Task, Sequence[Any]]]) -> None:
        for task, items in phases:
            try:
                for item in [] if self._errors else items[rank :: len(self._work)]:
                    task(item)
            except BaseException as error:
                self._errors.append(error)
            self._meet(rank)

    def _meet(self, rank: int) -> None:
        """Wait for the others; who comes last goes on at once."""
        for i, arrivals in enumerate(self._arrivals):
            if i != rank:
                arrivals.put(True)
        for _ in self._threads:
            if self._arrivals[rank].get() is None:
                raise _ClosedError


def work_apart(task: Task, items: Sequence[Any], n_threads: int) -> None:
    """Call the task with a share of the items in each of so many threads, at most."""
    n = max(1, min(n_threads, len(items)))
    with one_blas_thread:
        if n == 1:
            task(items)
            return
        team = Team(n)
        try:
            team.run((task, [items[i::n] for i in range(n)]))
        finally:
            team.close()
