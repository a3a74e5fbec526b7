"""Converters of the estimators for skl2onnx, which converts pipelines."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from types import ModuleType

import numpy as np

from skdense._estimators.base import BaseDenseNet
from skdense._estimators.classifier import DenseNetClassifier
from skdense._estimators.regressor import DenseNetRegressor
from skdense._prediction.predictor import Predictor
from skdense._target.base import Target
from skdense._target.labels import Labels, MulticlassMultioutput
from skdense.engine.typing import Array
from skdense.onnx._categories import text_columns
from skdense.onnx._export import predictor_to_convert, write
from skdense.onnx._graph import ELEMENT_TYPES, OPSET, Graph, Value, load
from skdense.onnx._inputs import check_calendars
from skdense.onnx._outputs import Output
from skdense.onnx._skl2onnx_types import Container, Operator, Scope, Variable

# Names of the types in skl2onnx.
TENSORS = {
    "float32": "FloatTensorType",
    "float64": "DoubleTensorType",
    "int64": "Int64TensorType",
    "string": "StringTensorType",
    "bool": "BooleanTensorType",
}
# Version of LabelEncoder, the only operator for text; the default of skl2onnx may differ.
ML_VERSION = 2


def register_skl2onnx() -> None:
    """Register both estimators with skl2onnx, to convert them alone or in a pipeline.

    Call it once per process, before ``skl2onnx.to_onnx``; further calls have no effect. A
    classifier has skl2onnx's options "zipmap" and "nocl"; its default is a dictionary of
    probabilities for each row, ``options={"zipmap": False}`` returns a tensor. As usual in
    skl2onnx, boolean and float classes become integers. A regressor has the option "return_std",
    by default False, which adds the output "std" with ``loss="gaussian"``.

    A classifier with several outputs of classes raises an error in skl2onnx; convert it with
    `to_onnx`. If a category is text, each column of the table needs its own input, as skl2onnx
    creates them for a DataFrame.

    Raises
    ------
    ImportError
        If the package skl2onnx is not installed.

    Examples
    --------
    >>> from skdense.onnx import register_skl2onnx
    >>> register_skl2onnx()  # doctest: +SKIP
    """
    skl2onnx = load("skl2onnx", "register_skl2onnx")
    skl2onnx.update_registered_converter(
        DenseNetClassifier,
        _alias(DenseNetClassifier),
        _set_types,
        _convert,
        options={"zipmap": [True, False, "columns"], "nocl": [True, False]},
    )
    skl2onnx.update_registered_converter(
        DenseNetRegressor,
        _alias(DenseNetRegressor),
        _set_types,
        _convert,
        parser=_parse_regressor,
        options={"return_std": [True, False]},
    )


def _alias(kind: type) -> str:
    return f"Skdense{kind.__name__}"


def _parse_regressor(
    scope: Scope, model: BaseDenseNet, inputs: Sequence[Variable], custom_parsers: object = None
) -> list[Variable]:
    """Declare the outputs: "variable" and, with the option "return_std", "std"."""
    operator = scope.declare_local_operator(_alias(DenseNetRegressor), model)
    operator.inputs = inputs
    names = ["variable"]
    if scope.get_options(model, {"return_std": False})["return_std"]:
        names.append("std")
    kind = _tensors().guess_tensor_type(inputs[0].type)
    for name in names:
        operator.outputs.append(scope.declare_local_variable(name, kind))
    return operator.outputs


def _set_types(operator: Operator) -> None:
    """Set the types and shapes of the outputs."""
    _, found = _written(operator, operator.scope_inst)
    n_rows, types = operator.inputs[0].get_first_dimension(), _tensors()
    for output, variable in zip(found, operator.outputs, strict=True):
        value = output.value
        variable.set_type(getattr(types, TENSORS[value.dtype])([n_rows, *value.shape]))


def _convert(scope: Scope, operator: Operator, container: Container) -> None:
    """Add the nodes and constants to the graph of the pipeline."""
    if container.target_opset < OPSET:
        raise ValueError(
            f"target_opset must be at least {OPSET}, got {container.target_opset}; increase it, "
            "or use skl2onnx's default."
        )
    graph, found = _written(operator, scope)
    names = {name: scope.get_unique_variable_name(name) for name in graph.constants}
    for name, value in graph.constants.items():
        kind = ELEMENT_TYPES["string" if value.dtype == object else str(value.dtype)]
        container.add_initializer(names[name], kind, value.shape, value.ravel())
    for node in graph.nodes:
        names[node.output] = scope.get_unique_variable_name(node.output)
        how = {"op_domain": node.domain, "op_version": ML_VERSION if node.domain else None}
        inputs = [names.get(name, name) for name in node.inputs]
        _add(scope, container, node.op, inputs, names[node.output], **how, **node.attributes)
    for output, variable in zip(found, operator.outputs, strict=True):
        _add(scope, container, "Identity", [names[output.source]], variable.full_name)


def _add(
    scope: Scope, container: Container, op: str, inputs: list[str], output: str, **how: object
) -> None:
    container.add_node(op, inputs, [output], name=scope.get_unique_operator_name(op), **how)


def _written(operator: Operator, scope: Scope) -> tuple[Graph, list[Output]]:
    """Return the graph of an operator, and its outputs."""
    predictor = _predictor(operator.raw_operator, scope)
    graph = Graph(predictor.dtype)
    inputs = _inputs(graph, operator, predictor)
    is_double = isinstance(operator.inputs[0].type, _tensors().DoubleTensorType)
    found = write(graph, inputs, predictor, "float64" if is_double else "float32")
    if len(found) < len(operator.outputs):
        raise ValueError(
            "the option return_std needs a loss that learns standard deviations, got "
            f"{predictor.target.loss}; omit it, or use loss='gaussian' and fit again."
        )
    # without the option return_std, standard deviations are not an output
    return graph, found[: len(operator.outputs)]


def _predictor(estimator: BaseDenseNet, scope: Scope) -> Predictor[Target]:
    predictor = predictor_to_convert(estimator)
    if isinstance(predictor.target, MulticlassMultioutput):
        raise ValueError(
            "skl2onnx does not support a classifier with several outputs of classes; convert it "
            "without its pipeline, with skdense.onnx.to_onnx."
        )
    if isinstance(predictor.target, Labels):
        target = copy(predictor.target)
        has_positions = scope.get_options(estimator, {"nocl": False})["nocl"]
        target.classes = [_classes(labels, has_positions) for labels in target.classes]
        return replace(predictor, target=target)
    return predictor


def _classes(labels: Array, has_positions: bool) -> Array:
    """Return classes as skl2onnx represents them: text or integers."""
    if has_positions:
        return np.arange(len(labels))
    # floats are whole numbers, as fit accepts no others as classes
    return labels.astype(np.int64) if labels.dtype.kind in "bf" else labels


def _inputs(graph: Graph, operator: Operator, predictor: Predictor[Target]) -> list[Value]:
    """Return one tensor with all columns or, with text, one for each column."""
    values, texts = (
        [_value(variable) for variable in operator.inputs],
        text_columns(predictor.table),
    )
    check_calendars(predictor.table, operator.raw_operator._feature_names())
    n_features = operator.raw_operator.n_features_in_
    is_text = [value.dtype == "string" for value in values]
    if any(is_text) or texts:
        if is_text != [position in texts for position in range(n_features)]:
            raise TypeError(
                f"columns {texts} must be text and all others numbers, as in fit; pass skl2onnx "
                "one input of this type for each column, with a DataFrame or initial_types."
            )
        return values
    return values if len(values) == 1 else [_side_by_side(graph, values, n_features)]


def _side_by_side(graph: Graph, values: list[Value], n_features: int) -> Value:
    if all(value.dtype == "float32" for value in values):
        return Value(graph.concat([value.name for value in values]), "float32", (n_features,))
    wide = [graph.cast(value.name, "float64") for value in values]
    return Value(graph.concat(wide), "float64", (n_features,))


def _value(variable: Variable) -> Value:
    kind = type(variable.type).__name__
    # other types are integers or booleans, which become float64 in any case
    dtype = {name: dtype for dtype, name in TENSORS.items()}.get(kind, "int64")
    return Value(variable.full_name, dtype, tuple(variable.type.shape[1:]))


def _tensors() -> ModuleType:
    return load("skl2onnx.common.data_types", "register_skl2onnx")
