"""Training on all rows at once by L-BFGS."""

from typing import Any

import numpy as np
from scipy.optimize import minimize

from skdense.engine.losses.base import Loss
from skdense.engine.network import Network
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.batches import Data
from skdense.engine.training.loop import Validate, check_finite, finish_epoch
from skdense.engine.training.monitoring import Epoch, Monitor
from skdense.engine.training.penalty import Penalty
from skdense.engine.training.stopping import Stopping
from skdense.engine.training.workspace import Workspace
from skdense.engine.typing import Array

# Rows whose activations are held at once; the gradients of such parts add up.
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
) -> tuple[list[Epoch], str | None]:
    """Train with scipy's L-BFGS-B (Liu & Nocedal 1989); one Epoch per iteration.

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
    stopping, validate, monitor : optional
        As in `train`, an iteration for an epoch.

    Returns
    -------
    epochs : list of Epoch
        At least one, also where the start is a minimum already.
    trouble : str or None
        Why it ended without convergence, and what to do; None if it converged or was
        stopped.

    Raises
    ------
    DivergenceError
        If the loss or the parameters are not finite.
    """
    search = _Search(network, data, loss, alpha, stopping, validate, monitor or Monitor())
    # scipy's own steps are products of BLAS as well
    with one_blas_thread, np.errstate(over="ignore", invalid="ignore"):
        trouble = search.run({"maxiter": max_iter, "maxfun": max_fun, "gtol": tol})
    when = f"iteration {len(search.epochs)} of L-BFGS"
    check_finite(search.value, [network.params], when, REMEDY)
    return search.epochs, trouble


class _Stopped(Exception):  # noqa: N818 - no error
    """Leaves scipy's loop; its StopIteration is newer than the oldest scipy supported."""


class _Search:
    """Mean loss with penalty and its gradient, and the iterations over them.

    An iteration begins with the first evaluation after the last one.
    """

    def __init__(
        self,
        network: Network,
        data: Data,
        loss: Loss,
        alpha: float,
        stopping: Stopping | None,
        validate: Validate | None,
        monitor: Monitor,
    ) -> None:
        self.network, self.data, self.loss = network, data, loss
        self.stopping, self.validate, self.monitor = stopping, validate, monitor
        self.workspace = Workspace(network)
        self.penalty = Penalty(network, alpha)
        self.total_weight = data.total_weight
        self.value = np.inf
        self.epochs: list[Epoch] = []
        self.is_open = self.overflowed = False

    def run(self, options: dict[str, Any]) -> str | None:
        """Search from the network's parameters; why it ended without convergence, if so."""
        start, trouble = self.network.params.astype(np.float64), None
        try:
            result = minimize(
                self,
                start,
                method="L-BFGS-B",
                jac=True,
                callback=self.iteration_ends,
                options=options,
            )
            self.network.params[:] = result.x
            if self.overflowed:
                # scipy goes back to where the line search began, and may call that convergence
                trouble = "the loss overflowed in its line search; scale features and target"
            elif result.status != 0:
                trouble = f"{result.message}; raise max_iter or max_fun, or tol"
            if not self.epochs:
                self.value = float(result.fun)
                self.iteration_ends(result.x)
        except _Stopped:
            pass  # the network holds the parameters of this iteration
        return trouble

    def __call__(self, params: Array) -> tuple[float, Any]:
        if not self.is_open:
            self.is_open, self.overflowed = True, False
            self.monitor.epoch_begins(len(self.epochs) + 1)
        self.network.params[:] = params
        value, gradient = 0.0, np.zeros_like(params)
        for part in self.data.slices(CHUNK):
            value += self.workspace.loss_and_gradient(part.X, part.y, part.weight, self.loss)
            gradient += self.workspace.grads
        value += self.penalty.add(gradient, slice(None), self.workspace.grads)
        self.value = value / self.total_weight
        self.overflowed |= not np.isfinite(self.value)
        return self.value, gradient / self.total_weight

    def iteration_ends(self, params: Array) -> None:
        try:
            self._end_iteration()
        except StopIteration as error:
            # scipy takes it for a request to stop
            raise RuntimeError("a validation or a callback raised StopIteration.") from error

    def _end_iteration(self) -> None:
        # the line search ends with the evaluation that it accepts
        number, self.is_open = len(self.epochs) + 1, False
        when = f"iteration {number} of L-BFGS"
        self.epochs.append(finish_epoch(number, self.value, self.validate, when, REMEDY))
        if self.stopping:
            self.stopping.update(self.epochs[-1], [self.network.params])
        stops = self.monitor.epoch_ends(self.epochs[-1])
        if stops or (self.stopping and self.stopping.is_over):
            raise _Stopped
