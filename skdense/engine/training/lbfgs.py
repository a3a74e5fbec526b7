"""Training on all rows at once by L-BFGS."""

from contextlib import closing

import numpy as np
from scipy.optimize import minimize

from skdense.engine.losses.base import Loss
from skdense.engine.network import Network
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.batches import Data
from skdense.engine.training.gradient_source import GradientSource, MakeSource
from skdense.engine.training.loop import Validate, check_finite, finish_epoch
from skdense.engine.training.monitoring import Epoch, Monitor
from skdense.engine.training.penalty import Penalty
from skdense.engine.training.stopping import Stopping
from skdense.engine.training.threaded_source import source_of_all_rows
from skdense.engine.typing import Array

# Rows that pass through the network at once; larger tables are cut into shards.
CHUNK = 4_096


REMEDY = "Scale the features and the target, or choose another solver."


def minimize_lbfgs(
    network: Network,
    data: Data,
    loss: Loss,
    *,
    alpha: float = 0.0,
    max_iter: int = 200,
    max_fun: int = 15_000,
    tol: float = 1e-4,
    stopping: Stopping | None = None,
    validate: Validate | None = None,
    monitor: Monitor | None = None,
    source: MakeSource | None = None,
) -> tuple[list[Epoch], str | None]:
    """Train with scipy's L-BFGS-B (Liu & Nocedal 1989); return one Epoch per iteration.

    Parameters
    ----------
    network : Network
        Changed in place. After an error it is of no further use.
    data : Data
        In the network's dtype.
    loss : Loss
    alpha : float, default=0.0
        As in `Plan`.
    max_iter, max_fun : int, default=200, 15000
        Iterations, and evaluations of loss and gradient, at most.
    tol : float, default=1e-4
        Largest entry of the mean gradient that counts as converged.
    stopping, validate, monitor, source : optional
        As in `train`, an iteration for an epoch.

    Returns
    -------
    epochs : list of Epoch
        At least one, even where the start is a minimum already.
    warning : str or None
        Why the search ended without convergence, and what to do; None if it converged or
        was stopped.

    Raises
    ------
    DivergenceError
        If the loss or the parameters are not finite.
    """
    if source is None:
        sums: GradientSource = source_of_all_rows(network, data, loss, CHUNK)
    else:
        sums = source(network, data, loss)
    objective = _Objective(network, data, sums, Penalty(network, alpha))
    search = _Search(objective, stopping, validate, monitor or Monitor())
    # scipy's own steps are products of BLAS as well
    with closing(sums), one_blas_thread, np.errstate(over="ignore", invalid="ignore"):
        warning = search.run(max_iter, max_fun, tol)
    when = f"iteration {len(search.epochs)} of L-BFGS"
    check_finite(objective.value, [network.params], when, REMEDY)
    return search.epochs, warning


class _Objective:
    """The mean loss of all rows with the penalty, as a function of the parameters."""

    def __init__(
        self, network: Network, data: Data, source: GradientSource, penalty: Penalty
    ) -> None:
        self.network, self.source, self.penalty = network, source, penalty
        self.rows, self.total_weight = slice(0, data.n_rows), data.total_weight
        self.buffer = np.empty_like(network.params)
        self.value = np.inf

    def __call__(self, params: Array) -> tuple[float, Array]:
        """Write the parameters into the network; return value and gradient."""
        self.network.params[:] = params
        value = self.source.add_up(self.rows, self.network.params.dtype.type(1), 0.0)
        gradient = np.zeros_like(params)
        gradient += self.source.grads
        value += self.penalty.add(gradient, slice(None), self.buffer)
        self.value = value / self.total_weight
        return self.value, gradient / self.total_weight


class _Stopped(Exception):  # noqa: N818 - no error
    """Leaves scipy's loop; its StopIteration is newer than the oldest scipy supported."""


class _Search:
    """The iterations of L-BFGS; each begins with the first evaluation after the last one."""

    def __init__(
        self,
        objective: _Objective,
        stopping: Stopping | None,
        validate: Validate | None,
        monitor: Monitor,
    ) -> None:
        self.objective, self.network = objective, objective.network
        self.stopping, self.validate, self.monitor = stopping, validate, monitor
        self.epochs: list[Epoch] = []
        self.is_open = self.overflowed = False

    def run(self, max_iter: int, max_fun: int, tol: float) -> str | None:
        """Search from the network's parameters; return a warning if it did not converge."""
        start, warning = self.network.params.astype(np.float64), None
        try:
            result = minimize(
                self.evaluate,
                start,
                method="L-BFGS-B",
                jac=True,
                callback=self.iteration_ends,
                options={"maxiter": max_iter, "maxfun": max_fun, "gtol": tol},
            )
            self.network.params[:] = result.x
            if self.overflowed:
                # scipy goes back to where the line search began, and may call that convergence
                warning = "the loss overflowed in its line search; scale features and target"
            elif result.status != 0:
                warning = f"{result.message}; raise max_iter or max_fun, or tol"
            if not self.epochs:
                self.objective.value = float(result.fun)
                self.iteration_ends(result.x)
        except _Stopped:
            pass  # the network has the parameters of this iteration
        return warning

    def evaluate(self, params: Array) -> tuple[float, Array]:
        """Return value and gradient, and open an iteration if none is open."""
        if not self.is_open:
            self.is_open, self.overflowed = True, False
            with one_blas_thread.released():
                self.monitor.epoch_begins(len(self.epochs) + 1)
        value, gradient = self.objective(params)
        self.overflowed |= not np.isfinite(value)
        return value, gradient

    def iteration_ends(self, params: Array) -> None:
        try:
            with one_blas_thread.released():
                self._end_iteration()
        except StopIteration as error:
            # scipy takes it for a request to stop
            raise RuntimeError("a validation or a callback raised StopIteration.") from error

    def _end_iteration(self) -> None:
        # the line search ends with the evaluation that it accepts
        number, self.is_open = len(self.epochs) + 1, False
        when, value = f"iteration {number} of L-BFGS", self.objective.value
        self.epochs.append(finish_epoch(number, value, self.validate, when, REMEDY))
        if self.stopping:
            self.stopping.update(self.epochs[-1], [self.network.params])
        stops = self.monitor.epoch_ends(self.epochs[-1])
        if stops or (self.stopping and self.stopping.is_over):
            raise _Stopped
