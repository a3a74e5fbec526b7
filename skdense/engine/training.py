"""Training by mini-batches: gather, forward, backward, step."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.linalg.blas import get_blas_funcs

from skdense.engine.batches import Batches, Data
from skdense.engine.layers import Array
from skdense.engine.losses import Loss
from skdense.engine.monitoring import Epoch, Monitor
from skdense.engine.penalty import Penalty
from skdense.engine.schedules import Constant, Progress, Schedule, rate_of
from skdense.engine.state import TrainState
from skdense.engine.stopping import Stopping
from skdense.engine.workspace import Workspace

# Mean loss and score of the validation rows, of the network as it is.
Validate = Callable[[], tuple[float, float]]
REMEDY = "Lower learning_rate_init, or scale the features and the target."


class DivergenceError(ValueError):
    """The loss, the parameters or the optimizer's moments are no longer finite."""


@dataclass(frozen=True)
class Plan:
    """Settings of a training by mini-batches.

    Attributes
    ----------
    batch_size : int
        Rows a step, at most; the last batch of an epoch may be shorter. With layers that
        join the rows of a batch, all are of equal size but for one row.
    max_iter : int
        Epochs at most.
    learning_rate_init : float, default=0.001
        Learning rate that the schedule multiplies.
    schedule : Schedule, default=Constant()
    shuffle : bool, default=True
        Whether every epoch takes the rows in a new order.
    alpha : float, default=0.0
        L2 penalty ``alpha / 2 * sum(coef ** 2)``, added at each step to the sum of its
        rows' losses.
    weight_decay : float, default=0.0
        Share of the coefficients taken off at each step, times the learning rate
        (Loshchilov & Hutter 2019, "Decoupled weight decay regularization").
    max_grad_norm : float, default=infinity
        Longest gradient, as a Euclidean norm over all parameters, that a step takes as it
        is; a longer one is shortened to it (Pascanu et al. 2013, "On the difficulty of
        training recurrent neural networks", algorithm 1).
    ema_decay : float, default=0.0
        Decay of the moving average over the steps that the network ends each epoch with;
        0 takes the parameters of the last step.
    """

    batch_size: int
    max_iter: int
    learning_rate_init: float = 0.001
    schedule: Schedule = Constant()
    shuffle: bool = True
    alpha: float = 0.0
    weight_decay: float = 0.0
    max_grad_norm: float = inf
    ema_decay: float = 0.0

    def __post_init__(self) -> None:
        if self.batch_size < 1 or self.max_iter < 1:
            raise ValueError(f"batch_size and max_iter must be at least 1, got {self}.")


def train(
    state: TrainState,
    data: Data,
    loss: Loss,
    plan: Plan,
    stopping: Stopping,
    validate: Validate | None = None,
    monitor: Monitor | None = None,
) -> list[Epoch]:
    """Train for at most `plan.max_iter` epochs; one Epoch each.

    Parameters
    ----------
    state : TrainState
        Changed in place. After an error it is of no further use.
    data : Data
        In the network's dtype.
    loss : Loss
    plan : Plan
    stopping : Stopping
        Ends the training. It remembers the best parameters, and does not restore them.
    validate : callable, optional
        Returns loss and score of the network as it is; more score is better.
    monitor : Monitor, optional
        Is told of each epoch, and may end the training.

    Raises
    ------
    DivergenceError
        If the loss, the parameters or the optimizer's moments are no longer finite.
    """
    epochs: list[Epoch] = []
    run, monitor = _Run(state, data, loss, plan), monitor or Monitor()
    with np.errstate(over="ignore", invalid="ignore"):
        for number in range(1, plan.max_iter + 1):
            monitor.epoch_begins(number)
            value = run.epoch(number, min(stopping.n_plateaus_seen, stopping.n_plateaus))
            epochs.append(finish_epoch(number, value, validate, f"epoch {number}", REMEDY))
            stopping.update(epochs[-1], state.vectors)
            if monitor.epoch_ends(epochs[-1]) or stopping.is_over:
                break
    return epochs


class _Run:
    """One call of `train`: its batches and buffers."""

    def __init__(self, state: TrainState, data: Data, loss: Loss, plan: Plan) -> None:
        self.state, self.data, self.loss, self.plan = state, data, loss, plan
        if state.optimizer is None:
            raise TypeError("train needs a TrainState with an optimizer, got None.")
        self.optimizer = state.optimizer
        self.optimizer.prepare(state.network.params)
        state.average_at(plan.ema_decay)
        state.weigh(data)
        self.mean_weight = state.mean_weight
        even = any(layer.joins_rows for layer in state.network.layers)
        self.batches = Batches(data, plan.batch_size, even)
        self.workspace = Workspace(state.network, state.rng)
        self.penalty = Penalty(state.network, plan.alpha)
        self.nrm2 = get_blas_funcs("nrm2", (state.network.params,))

    def epoch(self, number: int, n_plateaus: int) -> float:
        plan, state = self.plan, self.state
        progress = Progress(n_seen=state.n_seen, n_plateaus=n_plateaus)
        n_steps = len(self.batches) * plan.max_iter
        total = 0.0
        first_step = len(self.batches) * (number - 1)
        state.exchange()
        for step, batch in enumerate(self.batches.epoch(self._order()), first_step):
            progress.fraction, progress.n_steps = step / n_steps, state.n_steps
            total += self._step(batch, plan.learning_rate_init * rate_of(plan.schedule, progress))
        state.exchange()
        state.n_seen += self.data.n_rows
        value = total / (self.data.n_rows * self.mean_weight)
        moments = [a for a in vars(self.optimizer).values() if isinstance(a, np.ndarray)]
        check_finite(value, [state.network.params, *moments], f"epoch {number}", REMEDY)
        return value

    def _step(self, batch: Data, learning_rate: float) -> float:
        state, workspace, plan = self.state, self.workspace, self.plan
        value = workspace.loss_and_gradient(batch.X, batch.y, batch.weight, self.loss)
        value += self.penalty.add(workspace.grads)
        workspace.grads *= 1 / (batch.n_rows * self.mean_weight)
        if plan.max_grad_norm < inf:
            self._clip(workspace.grads)
        if plan.weight_decay:
            self.penalty.coefs *= 1 - learning_rate * plan.weight_decay
        self.optimizer.step(state.network.params, workspace.grads, learning_rate)
        state.n_steps += 1
        if state.average is not None:
            state.average.update(state.network.params, plan.ema_decay)
        return value

    def _clip(self, grads: Array) -> None:
        # BLAS' norm does not overflow where the squares would
        norm = self.nrm2(grads)
        if norm > self.plan.max_grad_norm:
            grads *= self.plan.max_grad_norm / norm

    def _order(self) -> Array | None:
        if not self.plan.shuffle:
            return None
        state, n_rows = self.state, self.data.n_rows
        if state.order is None or len(state.order) != n_rows:
            state.order = np.arange(n_rows, dtype=np.uint32)  # half of a pickle's weight
        state.rng.shuffle(state.order)
        return state.order


def finish_epoch(
    number: int, loss: float, validate: Validate | None, when: str, remedy: str
) -> Epoch:
    """The epoch that just ended; DivergenceError if its validation loss is not finite."""
    if validate is None:
        return Epoch(number, loss)
    validation_loss, score = validate()
    remedy += " It was the loss of the validation rows: check the units of X_val as well."
    check_finite(validation_loss, [], when, remedy)
    return Epoch(number, loss, validation_loss, score)


def check_finite(value: float, vectors: list[Array], when: str, remedy: str) -> None:
    """Raise DivergenceError, naming when and what to do, unless all is finite."""
    if not (np.isfinite(value) and all(np.isfinite(vector).all() for vector in vectors)):
        raise DivergenceError(f"Training diverged at {when}: the loss was {value}. {remedy}")
