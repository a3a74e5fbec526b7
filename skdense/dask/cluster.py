"""The futures of one fit on a Dask cluster: made, waited for, and cancelled if it fails."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from typing import Any, Self
from weakref import WeakSet

from distributed import Client, Future, KilledWorker, default_client, wait
from distributed.comm import CommClosedError

# How often a wait looks whether there is still anyone to wait for, and how long it does without.
POLL_SECONDS, PATIENCE_SECONDS = 5.0, 60.0
# Futures that one task puts together.
FAN_IN = 16
LOST = (asyncio.CancelledError, CancelledError, CommClosedError, KilledWorker)


class ClusterLostError(RuntimeError):
    """The cluster cannot finish the work: workers, the scheduler or data are lost.

    The message says what; the estimator is as it was before the call.
    """

    __module__ = "skdense.dask"


def client_of(client: Client | None) -> Client:
    """Return the client, or the one that was made last; ValueError if there is none."""
    if client is not None:
        return client
    try:
        return default_client()
    except ValueError as error:
        raise ValueError(
            "There is no Dask client; make one by distributed.Client(), or give it as the "
            "parameter client."
        ) from error


class Cluster:
    """The work of one fit; leaving it as a context cancels what is not done."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._futures: WeakSet[Future] = WeakSet()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        # also those that the traceback of an error still holds; what no one wants is cancelled
        for future in list(self._futures):
            future.release()

    def wait_for_workers(self) -> None:
        """Wait for the first worker, for a while."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._works():
            if time.monotonic() > end:
                raise _lost("it has no workers")
            time.sleep(0.05)

    def submit(self, task: Callable[..., Any], *args: Any) -> Future:
        """Return the future of one task."""
        # the same arguments need not give the same result in another fit
        return self._noted(self.client.submit(task, *args, pure=False))

    def compute(self, delayed: Any) -> Future:
        """Return the future of a delayed object."""
        # on a worker of Dask's choice: tasks for a certain one may wait for ever where all
        # workers pause for want of memory, as of dask 2026.8
        return self._noted(self.client.compute(delayed))

    def together(self, task: Callable[[Sequence[Any]], Any], futures: Sequence[Future]) -> Future:
        """Return the future of what a task makes of all results, some of them at a time."""
        while len(futures) > 1:
            groups = [futures[i : i + FAN_IN] for i in range(0, len(futures), FAN_IN)]
            futures = [self.submit(task, list(group)) for group in groups]
        return futures[0]

    def gather(self, futures: Sequence[Future]) -> list[Any]:
        """Return the results, or raise what a task did; ClusterLostError instead of a hang."""
        self._wait(futures)
        try:
            return list(self.client.gather(list(futures)))
        except LOST as error:
            raise _lost(error) from error

    def result(self, future: Future) -> Any:
        """Return one result."""
        return self.gather([future])[0]

    def _noted(self, future: Future) -> Future:
        self._futures.add(future)
        return future

    def _wait(self, futures: Sequence[Future]) -> None:
        alone_since = None
        while True:
            try:
                # another client may have been made last
                with self.client.as_current():
                    wait(list(futures), timeout=POLL_SECONDS)
                return
            except TimeoutError:
                pass
            except LOST as error:
                raise _lost(error) from error
            if self._works():
                alone_since = None
                continue
            alone_since = alone_since or time.monotonic()
            if time.monotonic() - alone_since > PATIENCE_SECONDS:
                raise _lost(
                    f"none of its workers has taken tasks for {PATIENCE_SECONDS:.0f} seconds"
                )

    def _works(self) -> bool:
        """Whether there is a worker that takes tasks; those that want memory pause."""
        if self.client.status != "running":
            return False
        try:
            workers = self.client.scheduler_info()["workers"].values()
        except (*LOST, OSError):
            return False
        return any(worker["status"] == "running" for worker in workers)


def _lost(why: object) -> ClusterLostError:
    reason = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    return ClusterLostError(
        f"The Dask cluster could not finish the work ({reason}). The estimator is as it was: "
        "look at the logs of the scheduler and of the workers, most often for memory, and fit "
        "again; data that were scattered, or persisted without a way to compute them again, go "
        "with the worker that had them."
    )
