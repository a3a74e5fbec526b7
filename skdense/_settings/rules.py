"""The valid values of each constructor parameter, and the errors for others."""

from math import inf
from numbers import Real

import numpy as np
from sklearn.metrics import get_scorer_names

from skdense._columns.scaled import COLUMNS
from skdense._settings.parameters import Parameters, is_a_name, is_auto
from skdense._settings.rule import (
    Rule,
    closest,
    each,
    instance,
    integer,
    is_a,
    one_of,
    real,
    schedule_rule,
)
from skdense.engine import (
    ACTIVATIONS,
    CLASSIFICATION_LOSSES,
    NORMALIZATIONS,
    NUMERIC_EMBEDDINGS,
    OPTIMIZERS,
    REGRESSION_LOSSES,
    Activation,
    BatchNorm,
    LayerNorm,
    NumericEmbedding,
    Optimizer,
    Parametric,
    ProbabilityLoss,
    RegressionLoss,
    Softmax,
)

EMBEDDING = one_of(*NUMERIC_EMBEDDINGS, None) | instance(
    NumericEmbedding, "an engine numeric embedding"
)


BOOLEAN = Rule(lambda v: isinstance(v, bool | np.bool_), "True or False")


ACTIVATION = one_of(*ACTIVATIONS) | instance(
    Activation | Parametric | Softmax, "an engine activation"
)


NORMALIZATION = one_of(*NORMALIZATIONS, None) | instance(
    BatchNorm | LayerNorm, "an engine normalization"
)


AUTO = one_of("auto")


SEQUENCE = Rule(
    lambda v: isinstance(v, list | tuple | np.ndarray),
    "an array of positions, names or bools",
    lambda v: f"; did you mean [{v!r}]?" if isinstance(v, str) else "",
)


SCALING = one_of("standard", None)


SCORING = one_of("loss", None) | Rule(
    lambda v: callable(v) or (isinstance(v, str) and v in get_scorer_names()),
    "a name of sklearn.metrics.get_scorer_names() or a scorer",
    lambda v: closest(v, get_scorer_names()),
)


CLASS_WEIGHT = one_of("balanced", None) | instance(dict, "a dict of weights by class")


SHARED_RULES = {
    "hidden_layer_sizes": integer(1) | each(integer(1), "such integers, one per hidden layer"),
    "activation": ACTIVATION | each(ACTIVATION, "these, one per hidden layer"),
    "normalization": NORMALIZATION | each(NORMALIZATION, "these, one per hidden layer"),
    "n_estimators": AUTO | integer(1),
    "categorical_features": one_of("auto", "from_dtype", None) | SEQUENCE,
    "feature_scaling": one_of("auto", *COLUMNS),
    "numeric_embedding": AUTO | EMBEDDING | each(EMBEDDING, "these, for the networks in turn"),
    "category_embedding_size": integer(1),
    "target_encoding": AUTO | BOOLEAN,
    "input_scale": AUTO | BOOLEAN,
    "parametrization": one_of("ntk", "standard"),
    "initialization": one_of("auto", "data", "random"),
    "dropout": AUTO | real(0, 1) | each(real(0, 1), "such numbers, one per hidden layer"),
    "dropout_schedule": AUTO | schedule_rule("dropout"),
    "solver": one_of(*OPTIMIZERS, "lbfgs") | instance(Optimizer, "an engine optimizer"),
    "alpha": real(0),
    "weight_decay": AUTO | real(0),
    "weight_decay_schedule": AUTO | schedule_rule("weight_decay"),
    "max_grad_norm": one_of(None) | real(0, closed="neither"),
    "ema_decay": real(0, 1),
    "batch_size": AUTO | integer(1),
    "learning_rate": AUTO | schedule_rule("learning_rate_init"),
    "random_state": one_of(None)
    | integer(0)
    | instance(np.random.RandomState, "a RandomState")
    | Rule(lambda v: v is np.random, "the module numpy.random"),
    "learning_rate_init": AUTO | real(0, closed="neither"),
    "power_t": real(0),
    "max_iter": AUTO | integer(1),
    "max_seconds": one_of(None) | real(0, closed="neither"),
    "shuffle": BOOLEAN,
    "tol": real(0),
    "verbose": BOOLEAN | integer(0),
    "warm_start": BOOLEAN,
    "momentum": real(0, 1, closed="both"),
    "nesterovs_momentum": BOOLEAN,
    "early_stopping": AUTO | BOOLEAN,
    "validation_fraction": real(0, 1),
    "scoring": SCORING,
    "beta_1": real(0, 1),
    "beta_2": real(0, 1),
    "epsilon": real(0, closed="neither"),
    "n_iter_no_change": integer(1) | Rule(lambda v: is_a(v, Real) and v == inf, "inf"),
    "max_fun": integer(1),
    "dtype": one_of("auto", "float32", "float64", None),
}


CLASSIFIER_RULES = {
    **SHARED_RULES,
    "output_activation": one_of("softmax", "logistic", None),
    "loss": one_of(*CLASSIFICATION_LOSSES)
    | instance(ProbabilityLoss, "an engine ProbabilityLoss"),
    "label_smoothing": real(0, 1),
    "temperature_scaling": BOOLEAN,
    "class_weight": CLASS_WEIGHT
    | Rule(lambda v: type(v) is list and all(map(CLASS_WEIGHT.accepts, v)), "a list of these"),
}


REGRESSOR_RULES = {
    **SHARED_RULES,
    "output_activation": one_of(None) | ACTIVATION,
    "loss": one_of(*REGRESSION_LOSSES) | instance(RegressionLoss, "an engine RegressionLoss"),
    "quantile": one_of(None)
    | real(0, 1, closed="neither")
    | each(real(0, 1, closed="neither"), "such numbers"),
    "target_scaling": SCALING,
}


def check_parameters(parameters: Parameters) -> None:
    """Raise ValueError for the first invalid parameter or combination of parameters."""
    for name, rule in parameters._rules.items():
        value = getattr(parameters, name)
        if not rule.accepts(value):
            raise ValueError(
                f"{name} of {type(parameters).__name__} must be {rule.wanted}, got {value!r}"
                f"{rule.hint(value) or '.'}"
            )
    if is_a_name(parameters.solver, "lbfgs"):
        _check_lbfgs(parameters)


def _check_lbfgs(parameters: Parameters) -> None:
    """Raise ValueError for parameters that need mini-batches."""
    for name in ("dropout", "weight_decay", "max_grad_norm", "ema_decay"):
        value = getattr(parameters, name)
        if not (value is None or is_auto(value)) and np.any(value):
            raise ValueError(
                f"{name} does not work with solver='lbfgs', which has no mini-batches and "
                f"needs a smooth loss; leave {name} at its default or choose solver='adam'."
            )
    n_estimators = parameters.n_estimators
    if not isinstance(n_estimators, str) and n_estimators > 1:
        raise ValueError(
            f"n_estimators={n_estimators} does not work with solver='lbfgs', which "
            "trains a single network; leave it 'auto' or choose solver='adam'."
        )
    for one in np.atleast_1d(np.array(parameters.normalization, dtype=object)):
        if one == "batch" or isinstance(one, BatchNorm):
            raise ValueError(
                "normalization='batch' does not work with solver='lbfgs', which has no batches; "
                "use normalization='layer' or choose solver='adam'."
            )
