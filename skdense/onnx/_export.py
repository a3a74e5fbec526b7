"""From a fitted estimator to a model in ONNX."""

from typing import TYPE_CHECKING, Any, Literal

from skdense._estimators.base import BaseDenseNet
from skdense._target.base import Target
from skdense._training.attributes import check_is_predictor
from skdense._training.predictor import Predictor
from skdense.onnx._categories import text_columns
from skdense.onnx._columns import matrix
from skdense.onnx._graph import Graph, Value, load, model_of
from skdense.onnx._inputs import Inputs
from skdense.onnx._layers import network
from skdense.onnx._outputs import Output, outputs

if TYPE_CHECKING:
    from onnx import ModelProto


def to_onnx(estimator: Any, *, dtype: Literal["float32", "float64"] | None = None) -> "ModelProto":
    """Convert a fitted estimator to a model in ONNX.

    The model takes the table as `fit` took it, scales it and embeds it itself. It needs the
    operator set 17 of ONNX, and 3 of ai.onnx.ml if a column is text. It checks nothing: where
    the estimator would refuse numbers that are infinite, or too far from what `fit` saw,
    the model gives infinity or NaN.

    Parameters
    ----------
    estimator : DenseNetClassifier or DenseNetRegressor
        Fitted.
    dtype : {"float32", "float64"} or None, default=None
        Type of the numbers that go in and come out; None takes that in which the network
        computes. "float64" keeps the digits of large numbers, such as times or identifiers,
        whatever the network computes in.

    Returns
    -------
    model : onnx.ModelProto
        Inputs: where no category is text, "X" of shape (n_samples, n_features). Otherwise a
        tensor of shape (n_samples, 1) for each column, named as the column ("x0", "x1", ...
        where `fit` saw no names), of text or of numbers; a text that is no level counts as
        missing.

        Outputs of a classifier: "label", of the type of the classes (int64, string, bool or
        float64), and "probabilities" of shape (n_samples, n_classes); with several outputs of
        classes, "label" of shape (n_samples, n_outputs) and "probabilities_0",
        "probabilities_1", ... for each. Of a regressor: "variable" of shape
        (n_samples, n_outputs), where several quantiles stand along the last axis, of one
        output in place of it; with ``loss="gaussian"`` also "std".

    Raises
    ------
    ImportError
        If the package onnx is not installed.
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it is another estimator, or if categories or classes have a type that ONNX does
        not have.
    ValueError
        If a layer, an activation or a loss is one of your own, which has no ONNX form, or if
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
    dtype = _checked(dtype, predictor)
    graph, inputs = Graph(predictor.dtype), _inputs(estimator, predictor, dtype)
    found = write(graph, inputs, predictor, dtype)
    _check_names(inputs, found)
    for output in found:
        graph.add("Identity", output.source, output=output.value.name)
    return model_of(graph, inputs, [output.value for output in found])


def predictor_to_convert(estimator: Any) -> Predictor[Target]:
    """Return what predicts in a fitted estimator; TypeError for one that is not skdense's."""
    if not isinstance(estimator, BaseDenseNet):
        raise TypeError(
            "to_onnx takes a fitted DenseNetClassifier or DenseNetRegressor, got "
            f"{type(estimator).__name__}; convert a pipeline by skl2onnx.to_onnx, after "
            "skdense.onnx.register_skl2onnx()."
        )
    check_is_predictor(estimator)
    return estimator._predictor


def write(
    graph: Graph, inputs: list[Value], predictor: Predictor[Target], dtype: str
) -> list[Output]:
    """All that lies between the inputs and the outputs."""
    x = matrix(graph, Inputs(graph, inputs), predictor)
    raws = [network(graph, net, x) for net in predictor.networks]
    if predictor.inverse_temperature != 1:
        raws = [graph.add("Mul", raw, float(predictor.inverse_temperature)) for raw in raws]
    return outputs(graph, predictor.target, raws, dtype)


def _checked(dtype: Any, predictor: Predictor[Target]) -> Any:
    if dtype is None:
        return str(predictor.dtype)
    if dtype not in ("float32", "float64"):
        raise ValueError(f"dtype must be 'float32', 'float64' or None, got {dtype!r}.")
    return dtype


def _inputs(estimator: Any, predictor: Predictor[Target], dtype: str) -> list[Value]:
    texts, n_features = text_columns(predictor.table), estimator.n_features_in_
    if not texts:
        return [Value("X", dtype, (n_features,))]
    names = getattr(estimator, "feature_names_in_", [f"x{i}" for i in range(n_features)])
    return [
        Value(str(name), "string" if i in texts else dtype, (1,)) for i, name in enumerate(names)
    ]


def _check_names(inputs: list[Value], found: list[Output]) -> None:
    both = {value.name for value in inputs} & {output.value.name for output in found}
    if both:
        raise ValueError(
            f"X has a column named {min(both)!r}, which is the name of an output in ONNX; rename "
            "the column, and fit."
        )
