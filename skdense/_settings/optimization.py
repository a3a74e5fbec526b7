"""Build the optimizer and the schedules from the parameters."""

from copy import deepcopy

from skdense._settings.parameters import Parameters, ScheduleLike, is_a_name
from skdense.engine import SCHEDULES, SGD, Adam, Custom, InverseScaling, Optimizer, Schedule


def build_optimizer(parameters: Parameters) -> Optimizer | None:
    """Return the optimizer; None for L-BFGS, which does not use mini-batches."""
    solver = parameters.solver
    if isinstance(solver, Optimizer):
        return deepcopy(solver)  # the user's may change later
    if solver == "adam":
        betas = parameters.beta_1, parameters.beta_2
        return Adam(*betas, epsilon=0.0, epsilon_hat=parameters.epsilon)
    if solver == "sgd":
        return SGD(parameters.momentum, parameters.nesterovs_momentum)
    return None


def build_schedule(learning_rate: ScheduleLike, power_t: float) -> Schedule:
    """Return the schedule of a learning rate."""
    if is_a_name(learning_rate, "invscaling"):
        return InverseScaling(power_t)
    return schedule_of(learning_rate)


def schedule_of(schedule: ScheduleLike) -> Schedule:
    """Return the schedule of a name or of a function of the fraction done, or itself."""
    if isinstance(schedule, Schedule):
        return schedule
    return SCHEDULES[schedule]() if isinstance(schedule, str) else Custom(schedule)
