"""Outputs of an ONNX model: labels and probabilities, or numbers in the units of the target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdense._target.base import Target
from skdense._target.labels import (
    Binary,
    Labels,
    Multiclass,
    MulticlassMultioutput,
    Multilabel,
    OneVsRest,
)
from skdense._target.numbers import PlainNumbers, StandardNumbers
from skdense.engine import Quantile
from skdense.engine.typing import Array
from skdense.onnx._classes import type_of, typed_classes
from skdense.onnx._forms import form_of
from skdense.onnx._graph import Graph, Value
from skdense.onnx._links import joined, log_prediction, mean_prediction, prediction, split, std


@dataclass(frozen=True)
class Output:
    """An output, and the name of its value in the graph."""

    value: Value
    source: str


def outputs(graph: Graph, target: Target, raws: Sequence[str], dtype: str) -> list[Output]:
    """Add the outputs of a model, with numbers in `dtype`, from those of its networks."""
    form = form_of(OUTPUTS, type(target), f"the target {type(target).__name__}")
    return form(graph, target, raws, dtype)


# Classes: "label" and "probabilities".


def _labels(graph: Graph, target: Labels, raws: Sequence[str], dtype: str) -> list[Output]:
    raw = joined(graph, target.loss, raws)
    labels, probabilities = DECISIONS[type(target)](graph, target, raw)
    sizes = [2 if isinstance(target, Binary) else target.n_raw]
    if isinstance(target, MulticlassMultioutput):
        sizes = [len(classes) for classes in target.classes]
    names = ["probabilities"]
    if len(sizes) > 1:
        names = [f"probabilities_{i}" for i in range(len(sizes))]
    return [labels] + [
        Output(Value(name, dtype, (size,)), graph.cast(part, dtype))
        for name, size, part in zip(names, sizes, probabilities, strict=True)
    ]


def _label(graph: Graph, classes: Array, positions: str) -> Output:
    """Add the class at each position."""
    (typed,) = typed_classes([classes])
    return Output(Value("label", type_of(typed), ()), graph.add("Gather", typed, positions))


def _binary(graph: Graph, target: Binary, raw: str) -> tuple[Output, list[str]]:
    positions = graph.reshape(graph.cast(graph.add("Greater", raw, 0.0), "int64"))
    both = graph.concat([graph.add("Neg", raw), raw])
    return _label(graph, target.classes[0], positions), [prediction(graph, target.loss, both)]


def _multiclass(graph: Graph, target: Multiclass, raw: str) -> tuple[Output, list[str]]:
    label = _label(graph, target.classes[0], _largest(graph, raw))
    return label, [prediction(graph, target.loss, raw)]


def _one_vs_rest(graph: Graph, target: OneVsRest, raw: str) -> tuple[Output, list[str]]:
    # the softmax of logarithms divides by the sum, even if each probability rounds to zero
    probabilities = graph.add("Softmax", log_prediction(graph, target.loss, raw), axis=1)
    return _label(graph, target.classes[0], _largest(graph, raw)), [probabilities]


def _multilabel(graph: Graph, target: Multilabel, raw: str) -> tuple[Output, list[str]]:
    labels = graph.cast(graph.add("Greater", raw, 0.0), "int64")
    label = Output(Value("label", "int64", (target.n_raw,)), labels)
    return label, [prediction(graph, target.loss, raw)]


def _multioutput(
    graph: Graph, target: MulticlassMultioutput, raw: str
) -> tuple[Output, list[str]]:
    sizes = [len(classes) for classes in target.classes]
    typed = typed_classes(target.classes)
    chosen = [
        graph.add("Gather", labels, _largest(graph, part, keepdims=1))
        for labels, part in zip(typed, split(graph, raw, sizes), strict=True)
    ]
    value = Value("label", type_of(typed[0]), (len(sizes),))
    probabilities = split(graph, prediction(graph, target.loss, raw), sizes)
    return Output(value, graph.concat(chosen)), probabilities


def _largest(graph: Graph, raw: str, keepdims: int = 0) -> str:
    return graph.add("ArgMax", raw, axis=1, keepdims=keepdims)


DECISIONS: dict[type, Callable[[Graph, Any, str], tuple[Output, list[str]]]] = {
    Binary: _binary,
    Multiclass: _multiclass,
    MulticlassMultioutput: _multioutput,
    Multilabel: _multilabel,
    OneVsRest: _one_vs_rest,
}

# Numbers: "variable" and, if the loss learns it, "std".


def _numbers(graph: Graph, target: PlainNumbers, raws: Sequence[str], dtype: str) -> list[Output]:
    loss, n_outputs, shape = target.loss, target.n_outputs, _shape(target)
    # one entry for each output, which is the second of two or three axes
    offset, scale = (unit.reshape(-1, *(1,) * (len(shape) - 1)) for unit in target.units())
    variable = _in_units(graph, mean_prediction(graph, loss, raws, n_outputs), scale, offset)
    if target.is_vector and len(shape) > 1:
        shape = shape[1:]
        variable = graph.reshape(variable, *shape)
    found = [Output(Value("variable", dtype, shape), graph.cast(variable, dtype))]
    deviation = std(graph, loss, raws, n_outputs)
    if deviation is not None:
        deviation = _in_units(graph, deviation, scale, np.zeros_like(scale))
        found.append(Output(Value("std", dtype, (n_outputs,)), graph.cast(deviation, dtype)))
    return found


def _shape(target: PlainNumbers) -> tuple[int, ...]:
    """Return the number of outputs and, if there are several quantiles, their number."""
    loss = target.loss
    if isinstance(loss, Quantile) and isinstance(loss.quantile, tuple):
        return target.n_outputs, len(loss.quantile)
    return (target.n_outputs,)


def _in_units(graph: Graph, values: str, scale: Array, offset: Array) -> str:
    """Add ``values * scale + offset`` in float64, so as not to round a large offset."""
    return graph.add("Add", graph.add("Mul", graph.cast(values, "float64"), scale), offset)


OUTPUTS: dict[type, Callable[[Graph, Any, Sequence[str], str], list[Output]]] = {
    **dict.fromkeys(DECISIONS, _labels),
    PlainNumbers: _numbers,
    StandardNumbers: _numbers,
}
