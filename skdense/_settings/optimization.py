"""From parameters to the optimizer, its schedules and when it stops."""

from math import inf
from typing import Any

from skdense._settings.auto import is_a_name
from skdense.engine import (
    SCHEDULES,
    SGD,
    Adam,
    Custom,
    InverseScaling,
    Optimizer,
    Plan,
    Schedule,
    Stopping,
)

PLAN_PARAMETERS = ("learning_rate_init", "shuffle", "alpha", "weight_decay", "ema_decay")


def build_optimizer(parameters: dict[str, Any]) -> Optimizer | None:
    """Return the optimizer; None for L-BFGS, which is none of this kind."""
    solver = parameters["solver"]
    if solver == "adam":
        betas = parameters["beta_1"], parameters["beta_2"]
        return Adam(*betas, epsilon=0.0, epsilon_hat=parameters["epsilon"])
    if solver == "sgd":
        return SGD(parameters["momentum"], parameters["nesterovs_momentum"])
    return None if solver == "lbfgs" else solver


def build_schedule(parameters: dict[str, Any]) -> Schedule:
    """A schedule by name or as it is, or from a function of the share done."""
    learning_rate = parameters["learning_rate"]
    if is_a_name(learning_rate, "invscaling"):
        return InverseScaling(parameters["power_t"])
    return schedule_of(learning_rate)


def schedule_of(schedule: Any) -> Schedule:
    """A schedule from its name, or from a function of the share done."""
    if isinstance(schedule, Schedule):
        return schedule
    return SCHEDULES[schedule]() if isinstance(schedule, str) else Custom(schedule)


def build_plan(parameters: dict[str, Any], max_iter: int) -> Plan:
    """The plan of one training by mini-batches."""
    batch_size, max_grad_norm = parameters["batch_size"], parameters["max_grad_norm"]
    return Plan(
        batch_size=int(batch_size),
        max_iter=max_iter,
        schedule=build_schedule(parameters),
        decay_schedule=schedule_of(parameters["weight_decay_schedule"]),
        dropout_schedule=schedule_of(parameters["dropout_schedule"]),
        max_grad_norm=inf if max_grad_norm is None else max_grad_norm,
        **{name: parameters[name] for name in PLAN_PARAMETERS},
    )


def build_stopping(parameters: dict[str, Any], is_validated: bool = True) -> Stopping:
    """Patience as the parameters set it; early stopping keeps the best epoch."""
    patience, tol = parameters["n_iter_no_change"], parameters["tol"]
    early = bool(parameters["early_stopping"] and is_validated)
    if is_a_name(parameters["solver"], "lbfgs"):
        # it knows itself when to end, unless validation data say so
        return Stopping(patience if early else inf, tol, early=early)
    n_plateaus = build_schedule(parameters).n_plateaus(parameters["learning_rate_init"])
    return Stopping(patience, tol, n_plateaus, early=early)
