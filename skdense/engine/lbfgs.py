"""Training on all rows at once by L-BFGS."""

from typing import Any

import numpy as np
from scipy.optimize import minimize

from skdense.engine.batches import Data
from skdense.engine.layers import Array
from skdense.engine.losses import Loss
from skdense.engine.monitoring import Epoch, Monitor
from skdense.engine.network import Network
from skdense.engine.penalty import Penalty
from skdense.engine.stopping import Stopping
from skdense.engine.training import Validate, check_finite, ended
from skdense.engine.workspace import Workspace

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
        Why it ended without convergence, None if it converged or was stopped.

    Raises
    ------
    DivergenceError
        If the loss or the parameters are not finite.
    """
    epochs: list[Epoch] = []
    monitor = monitor or Monitor()
    objective = _Objective(network, data, loss, alpha, monitor)

    def iteration_ends(params: Array) -> None:
        # the line search ends with the evaluation that it accepts
        number = objective.n_begun
        objective.is_open = False
        when = f"iteration {number} of L-BFGS"
        epochs.append(ended(number, objective.value, validate, when, REMEDY))
        if stopping:
            stopping.update(epochs[-1], [network.params])
        if monitor.epoch_ends(epochs[-1]) or (stopping and stopping.is_over):
            raise _Stopped

    trouble = None
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            result = minimize(
                objective,
                network.params.astype(np.float64),
                method="L-BFGS-B",
                jac=True,
                callback=iteration_ends,
                options={"maxiter": max_iter, "maxfun": max_fun, "gtol": tol},
            )
            network.params[:] = result.x
            trouble = None if result.status == 0 else str(result.message)
            if not epochs:
                objective.value = float(result.fun)
                iteration_ends(result.x)
        except _Stopped:
            pass  # the network holds the parameters of this iteration
    when = f"iteration {len(epochs)} of L-BFGS"
    check_finite(objective.value, [network.params], when, REMEDY)
    return epochs, trouble


class _Stopped(Exception):  # noqa: N818 - no error
    """Leaves scipy's loop; its StopIteration is newer than the oldest scipy supported."""


class _Objective:
    """Mean loss with penalty and its gradient, as functions of the parameters.

    An iteration begins with the first evaluation after the last one.
    """

    def __init__(
        self, network: Network, data: Data, loss: Loss, alpha: float, monitor: Monitor
    ) -> None:
        self.network, self.data, self.loss, self.monitor = network, data, loss, monitor
        self.n_begun, self.is_open = 0, False
        self.workspace = Workspace(network)
        self.penalty = Penalty(network, alpha)
        self.total_weight = data.total_weight
        self.value = np.inf

    def __call__(self, params: Array) -> tuple[float, Any]:
        if not self.is_open:
            self.n_begun, self.is_open = self.n_begun + 1, True
            self.monitor.epoch_begins(self.n_begun)
        self.network.params[:] = params
        value, gradient = 0.0, np.zeros_like(params)
        for part in self.data.slices(CHUNK):
            value += self.workspace.loss_and_gradient(part.X, part.y, part.weight, self.loss)
            gradient += self.workspace.grads
        value += self.penalty.add(gradient)
        self.value = value / self.total_weight
        return self.value, gradient / self.total_weight
