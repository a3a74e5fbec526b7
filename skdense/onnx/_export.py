"""Convert a fitted estimator to an ONNX model."""

from typing import TYPE_CHECKING, Literal

from sklearn.base import BaseEstimator

from skdense._estimators.base import BaseDenseNet
from skdense._prediction.predictor import Predictor
from skdense._target.base import Target
from skdense._training.attributes import check_is_predictor
from skdense.onnx._categories import text_columns
from skdense.onnx._columns import matrix
from skdense.onnx._graph import Graph, Value, load, model_of
from skdense.onnx._inputs import Inputs, check_calendars, time_columns
from skdense.onnx._layers import network
from skdense.onnx._outputs import Output, outputs

if TYPE_CHECKING:
    from onnx import ModelProto


def to_onnx(
    estimator: BaseDenseNet, *, dtype: Literal["float32", "float64"] | None = None
) -> "ModelProto":
    """Convert a fitted estimator to an ONNX model.

    The model accepts the table in the form that `fit` accepts, and includes its scaling and
    embedding. It needs version 17 of the ONNX operator set, and version 3 of ai.onnx.ml if a
    column is text. It does not check its input: where the estimator would raise an error for
    numbers that are infinite, or too far from those of `fit`, the model returns infinity or NaN.

    Parameters
    ----------
    estimator : DenseNetClassifier or DenseNetRegressor
        Fitted estimator.
    dtype : {"float32", "float64"} or None, default=None
        Type of the input and output numbers. None: the dtype of the network. "float64" keeps
        the full precision of large numbers, such as times or identifiers, whatever the dtype of
        the network.

    Returns
    -------
    model : onnx.ModelProto
        Inputs: without text and dates, "X" of shape (n_samples, n_features). Otherwise one
        tensor of shape (n_samples, 1) for each column, of text or of numbers, with the name of
        the column ("x0", "x1", ... if `fit` saw no names). Columns that are left out count as
        text. Text that stands for a missing value, such as "", is missing. Dates are days since
        1970 in float64, durations and times of day are seconds in float64.

        Outputs of a classifier: "label", of the type of the classes (int64, string, bool or
        float64), and "probabilities" of shape (n_samples, n_classes); for several outputs of
        classes, "label" of shape (n_samples, n_outputs) and "probabilities_0",
        "probabilities_1", ..., one for each.

        Outputs of a regressor: "variable" of shape (n_samples, n_outputs), and "std" with
        ``loss="gaussian"``. Several quantiles are along an additional last axis; for a target
        with one output, they replace the axis of outputs.

    Raises
    ------
    ImportError
        If the package onnx is not installed.
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it is another estimator, if the calendar of a column's dates is that of a time zone
        other than UTC, or if classes have a type that ONNX does not support.
    ValueError
        If a layer, an activation or a loss is a custom one, which cannot be converted, or if
        columns have the names of outputs.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdense import DenseNetClassifier
    >>> from skdense.onnx import to_onnx
    >>> classifier = DenseNetClassifier(max_iter=1).fit(*load_iris(return_X_y=True))
    >>> model = to_onnx(classifier)
    >>> [output.name for output in model.graph.output]
    ['label', 'probabilities']
    """
    load("onnx", "to_onnx")
    predictor = predictor_to_convert(estimator)
    checked = _checked(dtype, predictor)
    graph, inputs = Graph(predictor.dtype), _inputs(estimator, predictor, checked)
    found = write(graph, inputs, predictor, checked)
    _check_names(inputs, found)
    for output in found:
        graph.add("Identity", output.source, output=output.value.name)
    return model_of(graph, inputs, [output.value for output in found])


def predictor_to_convert(estimator: BaseEstimator) -> Predictor[Target]:
    """Return the predictor of a fitted estimator; TypeError unless it is of skdense."""
    if not isinstance(estimator, BaseDenseNet):
        raise TypeError(
            "estimator must be a fitted DenseNetClassifier or DenseNetRegressor, got "
            f"{type(estimator).__name__}; convert a pipeline with skl2onnx.to_onnx, after "
            "skdense.onnx.register_skl2onnx()."
        )
    check_is_predictor(estimator)
    return estimator._predictor


def write(
    graph: Graph, inputs: list[Value], predictor: Predictor[Target], dtype: str
) -> list[Output]:
    """Add all nodes between the inputs and the outputs, and return the outputs."""
    x = matrix(graph, Inputs(graph, inputs, predictor.table), predictor)
    raws = [network(graph, net, x) for net in predictor.networks]
    if predictor.inverse_temperature != 1:
        raws = [graph.add("Mul", raw, float(predictor.inverse_temperature)) for raw in raws]
    return outputs(graph, predictor.target, raws, dtype)


def _checked(dtype: str | None, predictor: Predictor[Target]) -> str:
    if dtype is None:
        return str(predictor.dtype)
    if dtype not in ("float32", "float64"):
        raise ValueError(f"dtype must be 'float32', 'float64' or None, got {dtype!r}.")
    return dtype


def _inputs(estimator: BaseDenseNet, predictor: Predictor[Target], dtype: str) -> list[Value]:
    names = estimator._feature_names()
    check_calendars(predictor.table, names)
    texts, times = text_columns(predictor.table), time_columns(predictor.table)
    if not texts and not times:
        return [Value("X", dtype, (len(names),))]
    dtypes = [dtype] * len(names)
    for position in texts:
        dtypes[position] = "string"
    for position in times:  # whose hours float32 cannot tell apart
        dtypes[position] = "float64"
    return [Value(name, own, (1,)) for name, own in zip(names, dtypes, strict=True)]


def _check_names(inputs: list[Value], found: list[Output]) -> None:
    both = {value.name for value in inputs} & {output.value.name for output in found}
    if both:
        raise ValueError(
            f"X has a column named {min(both)!r}, which is the name of an output in ONNX; rename "
            "the column, and fit again."
        )
