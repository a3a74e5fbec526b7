"""Threads that divide work between them, and the limit of one BLAS thread for each."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

Work = Callable[[int], None]


@cache
def _libraries() -> list[Any]:
    """Return the BLAS libraries of this process; cached, as the search takes a millisecond."""
    return list(ThreadpoolController().select(user_api="blas").lib_controllers)


def n_threads() -> int:
    """Return how many threads this process may use: the limit of its BLAS, 1 if unknown.

    The limits set by threadpoolctl, by joblib for its workers and by variables such as
    OPENBLAS_NUM_THREADS therefore hold here as well.
    """
    return min((library.num_threads for library in _libraries()), default=1)


class _OneThread:
    """Limits BLAS to one thread while at least one fit is within: a reentrant context.

    The first to enter sets the limit, the last to leave restores what it was before.
    """

    def __init__(self) -> None:
        self.lock, self.n_users = Lock(), 0
        self.before: list[int] = []

    def __enter__(self) -> None:
        with self.lock:
            if self.n_users == 0:
                self.before = [library.num_threads for library in _libraries()]
            self.n_users += 1
            try:
                _limit([1] * len(self.before))
            except BaseException:  # Ctrl-C
                self._leave()
                raise

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self._leave()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Within the context, give the caller's code the limit from before."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def _leave(self) -> None:
        if self.n_users == 1:
            _limit(self.before)
        # there are none left in a process that was forked within it
        self.n_users = max(0, self.n_users - 1)

    def forget_users(self) -> None:
        """Restore the limits in a forked process, where the other threads do not exist."""
        self.lock = Lock()
        if self.n_users:
            _limit(self.before)
            self.n_users = 0


def _limit(n_threads: list[int]) -> None:
    for library, n in zip(_libraries(), n_threads, strict=True):
        # newer versions silently obey only the first thread that sets a limit
        forget = getattr(library, "clear_controlling_thread", lambda **how: None)
        forget(force=True)
        library.set_num_threads(n)
        forget(force=True)


one_blas_thread = _OneThread()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=one_blas_thread.forget_users)


class _BrokenError(Exception):
    """Another thread of the team has failed."""


class Team:
    """Threads that do the same work side by side, until they are closed or one of them fails.

    Parameters
    ----------
    n_threads : int
        Number of threads, including the calling one, which has rank 0.
    """

    def __init__(self, n_threads: int) -> None:
        self.n_threads = n_threads
        # queues written in C: a round trip takes 50 microseconds, with futures 75
        self._inboxes = [SimpleQueue[Work | None]() for _ in range(n_threads - 1)]
        self._arrivals = [SimpleQueue[bool]() for _ in range(n_threads)]
        self._done: SimpleQueue[int] = SimpleQueue()
        self._errors: list[BaseException] = []
        self._threads = [Thread(target=self._obey, args=(i,)) for i in range(1, n_threads)]
        try:
            for thread in self._threads:
                thread.daemon = True
                thread.start()
        except BaseException:
            self.close()
            raise

    def run(self, work: Work) -> None:
        """Call ``work(rank)`` in each thread; raise what any of them raised."""
        if not self._threads:
            work(0)
            return
        for inbox in self._inboxes:
            inbox.put(work)
        self._do(work, 0)
        for _ in self._threads:
            self._done.get()
        if self._errors:
            # Ctrl-C takes precedence
            raise min(self._errors, key=lambda error: isinstance(error, Exception))

    def meet(self, rank: int) -> None:
        """Wait, within `work`, until all threads are here; the last one goes on at once."""
        if not self._threads:
            return
        for i, arrivals in enumerate(self._arrivals):
            if i != rank:
                arrivals.put(True)
        for _ in self._threads:
            if not self._arrivals[rank].get():
                raise _BrokenError

    def close(self) -> None:
        """End the threads, including those that wait for one that Ctrl-C interrupted."""
        for arrivals in self._arrivals:
            arrivals.put(False)
        for inbox in self._inboxes:
            inbox.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _obey(self, rank: int) -> None:
        # NumPy's error state is set per thread
        with np.errstate(over="ignore", invalid="ignore"):
            for work in iter(self._inboxes[rank - 1].get, None):
                self._do(work, rank)
                self._done.put(rank)

    def _do(self, work: Work, rank: int) -> None:
        try:
            work(rank)
        except _BrokenError:
            pass
        except BaseException as error:  # raised by `run`
            self._errors.append(error)
            for arrivals in self._arrivals:
                arrivals.put(False)


def work_apart(task: Callable[[Any], None], items: Sequence[Any], n_threads: int) -> None:
    """Call the task in at most `n_threads` threads, each with every n-th of the items."""
    n = max(1, min(n_threads, len(items)))
    team = Team(n)
    try:
        with one_blas_thread:
            team.run(lambda rank: task(items[rank::n]))
    finally:
        team.close()
