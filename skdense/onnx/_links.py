"""Convert raw outputs to predictions, and combine several networks, in ONNX.

The keys of the registries are methods: a loss that inherits a method has its form, a loss that
overrides it has none.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from skdense.engine import (
    ClassificationLoss,
    Gaussian,
    LogisticLoss,
    Loss,
    Quantile,
    RegressionLoss,
    SoftmaxLoss,
    Tweedie,
)
from skdense.onnx._activations import log_expit, softplus
from skdense.onnx._forms import form_of
from skdense.onnx._graph import Graph


def prediction(graph: Graph, loss: Loss, raw: str, n_outputs: int = 0) -> str:
    """Add the inverse link of a raw output; for regression, `n_outputs` is that of the target."""
    form = form_of(LINKS, type(loss).inverse_link, f"the inverse link of the loss {loss}")
    return form(graph, loss, raw, n_outputs)


def log_prediction(graph: Graph, loss: ClassificationLoss, raw: str) -> str:
    """Add the logarithm of the inverse link of a raw output."""
    name = f"the logarithmic link of the loss {loss}"
    return form_of(LOG_LINKS, type(loss).log_inverse_link, name)(graph, loss, raw)


def joined(graph: Graph, loss: ClassificationLoss, raws: Sequence[str]) -> str:
    """Combine the raw outputs of several networks into one."""
    if len(raws) == 1:
        return raws[0]
    form = form_of(JOINS, type(loss).join, f"the join of the loss {loss}")
    return form(graph, loss, raws)


def mean_prediction(
    graph: Graph, loss: RegressionLoss, raws: Sequence[str], n_outputs: int
) -> str:
    """Add the mean prediction of several networks, which is what joining them predicts."""
    values = [prediction(graph, loss, raw, n_outputs) for raw in raws]
    if len(values) == 1:
        return values[0]
    return form_of(MEANS, type(loss).join, f"the join of the loss {loss}")(graph, values)


def std(graph: Graph, loss: RegressionLoss, raws: Sequence[str], n_outputs: int) -> str | None:
    """Add the standard deviations that a loss learns; None if it learns none."""
    form = form_of(STDS, type(loss).std, f"the standard deviation of the loss {loss}")
    return None if form is None else form(graph, loss, raws, n_outputs)


def mean(graph: Graph, values: Sequence[str]) -> str:
    """Add the mean of several arrays of the same shape."""
    if len(values) == 1:
        return values[0]
    return graph.add("Mul", graph.add("Sum", *values), 1 / len(values))


def log_mean_exp(graph: Graph, logs: Sequence[str]) -> str:
    """Add ``log(mean(exp(logs)))``."""
    largest = graph.add("Max", *logs)
    ratios = [graph.add("Exp", graph.add("Sub", log, largest)) for log in logs]
    return graph.add("Add", largest, graph.add("Log", mean(graph, ratios)))


def split(graph: Graph, raw: str, sizes: Sequence[int]) -> list[str]:
    """Split the columns into consecutive parts of the given sizes."""
    if len(sizes) == 1:
        return [raw]
    ends = accumulate(sizes)
    return [graph.columns(raw, end - n, end) for n, end in zip(sizes, ends, strict=True)]


# Inverse links: from a raw output to predictions.


def _identity(graph: Graph, loss: Loss, raw: str, n_outputs: int) -> str:
    return raw


def _logistic(graph: Graph, loss: LogisticLoss, raw: str, n_outputs: int) -> str:
    return graph.add("Sigmoid", raw)


def _exp(graph: Graph, loss: Tweedie, raw: str, n_outputs: int) -> str:
    return graph.add("Exp", raw)


def _softmax(graph: Graph, loss: SoftmaxLoss, raw: str, n_outputs: int) -> str:
    return _by_choice(graph, loss, raw, "Softmax")


def _by_choice(graph: Graph, loss: SoftmaxLoss, raw: str, op: str) -> str:
    choices = split(graph, raw, loss.n_classes)
    return graph.concat([graph.add(op, choice, axis=1) for choice in choices])


def _quantiles(graph: Graph, loss: Quantile, raw: str, n_outputs: int) -> str:
    """Return the raw output for one quantile; for several, add a last axis."""
    if not isinstance(loss.quantile, tuple):
        return raw
    n_levels = len(loss.quantile)
    middle = n_levels // 2
    raw = graph.reshape(raw, n_outputs, n_levels)
    steps = [graph.add("Gather", raw, np.array([i]), axis=2) for i in range(n_levels)]
    # from the middle one outwards, by positive steps
    values = [steps[middle]]
    for step in steps[middle + 1 :]:
        values.append(graph.add("Add", values[-1], softplus(graph, step)))
    for step in reversed(steps[:middle]):
        values.insert(0, graph.add("Sub", values[0], softplus(graph, step)))
    return values[0] if n_levels == 1 else graph.add("Concat", *values, axis=2)


def _gaussian_means(graph: Graph, loss: Gaussian, raw: str, n_outputs: int) -> str:
    return graph.columns(raw, 0, n_outputs)


LINKS: dict[Any, Callable[[Graph, Any, str, int], str]] = {
    LogisticLoss.inverse_link: _logistic,
    SoftmaxLoss.inverse_link: _softmax,
    RegressionLoss.inverse_link: _identity,
    Tweedie.inverse_link: _exp,
    Quantile.inverse_link: _quantiles,
    Gaussian.inverse_link: _gaussian_means,
}


def _log_softmax(graph: Graph, loss: SoftmaxLoss, raw: str) -> str:
    return _by_choice(graph, loss, raw, "LogSoftmax")


LOG_LINKS: dict[Any, Callable[[Graph, Any, str], str]] = {
    LogisticLoss.log_inverse_link: lambda graph, loss, raw: log_expit(graph, raw),
    SoftmaxLoss.log_inverse_link: _log_softmax,
}

# Joins: from several raw outputs to one.


def _join_logistic(graph: Graph, loss: LogisticLoss, raws: Sequence[str]) -> str:
    yes = [log_prediction(graph, loss, raw) for raw in raws]
    no = [log_prediction(graph, loss, graph.add("Neg", raw)) for raw in raws]
    return graph.add("Sub", log_mean_exp(graph, yes), log_mean_exp(graph, no))


def _join_softmax(graph: Graph, loss: SoftmaxLoss, raws: Sequence[str]) -> str:
    return log_mean_exp(graph, [log_prediction(graph, loss, raw) for raw in raws])


JOINS: dict[Any, Callable[[Graph, Any, Sequence[str]], str]] = {
    LogisticLoss.join: _join_logistic,
    SoftmaxLoss.join: _join_softmax,
}
# Joins that are equivalent to the mean of the predictions.
MEANS = dict.fromkeys((RegressionLoss.join, Tweedie.join, Quantile.join, Gaussian.join), mean)

# Standard deviations.


def _gaussian_std(graph: Graph, loss: Gaussian, raws: Sequence[str], n_outputs: int) -> str:
    """Add the deviation of the mixture: mean of the variances plus variance of the means."""
    stds = [softplus(graph, graph.columns(raw, n_outputs, 2 * n_outputs)) for raw in raws]
    stds = [graph.add("Add", part, float(loss.min_std)) for part in stds]
    if len(raws) == 1:
        return stds[0]
    means = [prediction(graph, loss, raw, n_outputs) for raw in raws]
    center = mean(graph, means)
    offsets = [graph.add("Sub", part, center) for part in means]
    squares = [graph.add("Mul", part, part) for part in (*stds, *offsets)]
    variance = graph.add("Mul", graph.add("Sum", *squares), 1 / len(raws))
    return graph.add("Sqrt", variance)


STDS: dict[Any, Callable[[Graph, Any, Sequence[str], int], str] | None] = {
    RegressionLoss.std: None,
    Gaussian.std: _gaussian_std,
}
