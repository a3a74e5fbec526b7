"""Parameter values that cannot be get a sentence that names them."""

import numpy as np
import pytest

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense.engine import (
    SCHEDULES,
    SGD,
    Adam,
    BatchNorm,
    Cosine,
    CosLog,
    Dense,
    Dropout,
    Focal,
    Gaussian,
    Huber,
    LayerNorm,
    OneCycle,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    Quantile,
    SoftmaxLogLoss,
    Tanh,
    Tweedie,
    WarmUp,
)

X, Y = np.random.RandomState(0).standard_normal((20, 3)), np.arange(20) % 2

WRONG = {
    "hidden_layer_sizes": [10**30, np.array(2.5), 0, -1, 2.5, (3, 0), "ten", None, [(3,)], True],
    "activation": [Dense(3), Dropout(0.5), "reluu", None, 3, ["relu", 5]],
    "output_activation": ["reluu", 3, Dense(2)],
    "n_estimators": [0, -1, 2.5, None, "many", True],
    "categorical_features": ["age", 3, {"age"}, lambda X: [0]],
    "numeric_embedding": [
        "plr",
        1,
        True,
        Dense(3),
        PeriodicEmbedding,
        ["pbld", 3],
        [PeriodicEmbedding(), Dropout(0.1)],
        ["auto", PeriodicEmbedding()],
        {"pbld": 3},
    ],
    "category_embedding_size": [0, 2.5, None, "auto", True],
    "target_encoding": ["yes", None, 1],
    "input_scale": ["yes", None, 1],
    "parametrization": ["mup", "auto", None],
    "initialization": ["zeros", None],
    "dropout": [-0.1, 1.0, "half", None, np.nan, [0.5, 2.0], ["auto"]],
    "dropout_schedule": ["cosinus", None, 0.1, Cosine],
    "temperature_scaling": ["auto", None, 1],
    "normalization": ["batchnorm", True, 3, Dropout(0.1), ["batch", "group"]],
    "solver": ["newton", None, Tanh(), SGD],
    "loss": ["hinge", None, SoftmaxLogLoss((2,)), Quantile],
    "quantile": [0.0, 1.0, "median", [0.1, 2.0], True],
    "label_smoothing": [-0.1, 1.0, None, "some"],
    "max_grad_norm": [0, -1, np.inf, "one"],
    "ema_decay": [-0.1, 1.0, None],
    "scoring": ["acuracy", 3, ["accuracy"]],
    "alpha": [-1, "auto", None, np.nan, np.inf, 10**400, np.array(["a"])],
    "weight_decay": [-1, None, "some"],
    "weight_decay_schedule": ["cosinus", None, 0.1, Cosine],
    "batch_size": [0, "full", 2.5, None, True],
    "learning_rate": ["cosinus", None, 0.1, Cosine],
    "learning_rate_init": [0, -1, None, np.inf, "fast"],
    "power_t": [-1, None],
    "max_iter": [0, 2.5, None, True, "all"],
    "max_seconds": [0, -1, "10", True, np.nan, np.inf, [5]],
    "shuffle": ["yes", None, 1],
    "random_state": ["seed", -1, 1.5, True, 2**32, np.random.default_rng(0)],
    "tol": [-1, None, np.nan],
    "verbose": ["loud", -1, None],
    "warm_start": ["yes", None, 1],
    "momentum": [-0.1, 1.1, None],
    "nesterovs_momentum": [None, 1],
    "early_stopping": ["yes", None, 1],
    "validation_fraction": [-0.1, 1.0, None],
    "beta_1": [-0.1, 1.0, None],
    "beta_2": [-0.1, 1.0, None],
    "epsilon": [0, -1, None],
    "n_iter_no_change": [0, 2.5, None, np.nan],
    "max_fun": [0, None],
    "feature_scaling": ["minmax", 1, True],
    "target_scaling": ["robust", "auto", 1],
    "dtype": ["float16", np.float32, 32],
    "class_weight": ["balancedd", 2.0, ["balnced"], [1], ("balanced",)],
}
CASES = [(name, value) for name, values in WRONG.items() for value in values]


def estimators_with(name):
    return [c for c in (DenseNetClassifier(), DenseNetRegressor()) if name in c.get_params()]


@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
def test_every_parameter_has_a_rule_and_wrong_values_here(cls):
    parameters = set(cls().get_params())
    assert parameters == set(cls._rules)
    assert parameters <= set(WRONG)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_wrong_values_are_refused_when_fitting(name, value):
    for estimator in estimators_with(name):
        estimator.set_params(**{name: value})  # which never refuses
        with pytest.raises(ValueError, match=rf"{name} of \w+ must be .*, got "):
            estimator.fit(X, Y)
        assert not hasattr(estimator, "n_features_in_")


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("activation", "ReLU", r"got 'ReLU'; did you mean 'relu'\?$"),
        ("activation", None, "got None.$"),
        ("numeric_embedding", "pbdl", r"an engine numeric embedding.*; did you mean 'pbld'\?$"),
        ("solver", "Adm", r"; did you mean 'adam'\?$"),
        ("scoring", "acuracy", r"; did you mean 'accuracy'\?$"),
        ("categorical_features", "colour", r"; did you mean \['colour'\]\?$"),
        ("categorical_features", "from_dtypes", r"; did you mean 'from_dtype'\?$"),
        ("learning_rate", 0.1, "got 0.1; give a number as learning_rate_init.$"),
        ("dropout_schedule", 0.1, "; give a number as dropout.$"),
        ("max_iter", 0, "an integer of at least 1, got 0.$"),
        ("random_state", 2**32, r"got 4294967296, not below 2 \*\* 32.$"),
    ],
)
def test_a_wrong_value_may_say_what_was_meant(name, value, hint):
    with pytest.raises(ValueError, match=hint):
        DenseNetRegressor(**{name: value}).fit(X, Y)


RIGHT = {
    "hidden_layer_sizes": [5, np.int64(5), (), [4, 3], np.array([4, 3])],
    "n_estimators": ["auto", 1, np.int64(2)],
    "categorical_features": ["from_dtype", None, [], [0, 2], [True, False, False], np.array([1])],
    "feature_scaling": ["auto", "robust", "standard", None],
    "numeric_embedding": [
        "auto",
        "pbld",
        "piecewise_linear",
        None,
        PeriodicEmbedding(n_units=2, sigma=0.3),
        (PiecewiseLinearEmbedding(n_bins=4), None, "pbld"),
        [PiecewiseLinearEmbedding(7)],
    ],
    "category_embedding_size": [1, np.int64(3)],
    "input_scale": ["auto", True, np.False_],
    "parametrization": ["ntk", "standard"],
    "initialization": ["auto", "data", "random"],
    "dropout_schedule": ["auto", lambda done: 1 - done, Cosine(), *SCHEDULES],
    "weight_decay": ["auto", 0, 0.1],
    "weight_decay_schedule": ["auto", lambda done: 1 - done, Cosine(), *SCHEDULES],
    "temperature_scaling": [True, np.False_],
    "early_stopping": ["auto", True, np.False_],
    "learning_rate_init": ["auto", 1, np.float32(0.01)],
    "max_iter": ["auto", 1, np.int64(2)],
    "max_seconds": [None, 10_000, np.float32(10_000.5)],
    "dtype": ["auto", "float32", "float64", None],
    "alpha": [0, np.float32(0.1), 1],
    "batch_size": ["auto", 1, 7, np.int32(7), 10_000],
    "tol": [0],
    "n_iter_no_change": [np.inf, np.float32(np.inf), 1],
    "dropout": ["auto", 0, (0.5,), [0]],
    "normalization": ["layer", BatchNorm(0.5), ["batch"], None],
    "max_grad_norm": [None, 1, 0.5],
    "ema_decay": [0, 0.9],
    "scoring": [None, "loss", "accuracy", lambda estimator, X, y: 0.5],
    "shuffle": [np.False_],
    "learning_rate": ["auto", "adaptive", lambda done: 1 - done, Cosine(), *SCHEDULES],
    "verbose": [0],
    "random_state": [None, 3, np.random.RandomState(0)],
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("name", "value"), [(n, v) for n, values in RIGHT.items() for v in values]
)
def test_values_that_work(name, value):
    net = DenseNetClassifier(5, n_estimators=3, max_iter=2).set_params(**{name: value})
    assert net.fit(X, Y) is net
    assert net.get_params(deep=False)[name] is value
    assert net.n_iter_ >= 1
    np.testing.assert_allclose(net.predict_proba(X).sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hidden_layer_sizes": (5, 5), "dropout": [0.1]}, "dropout has 1 entries for 2 hidden"),
        (
            {"hidden_layer_sizes": (5,), "activation": ["relu"] * 2},
            "activation has 2 entries for 1",
        ),
        ({"solver": "lbfgs", "n_estimators": 2}, "n_estimators=2 does not work with solver='lbf"),
        (
            {"hidden_layer_sizes": (5, 5), "dropout": 0.1, "activation": ["relu"] * 3},
            "activation has 3 entries for 2 hidden layers",
        ),
        ({"solver": "lbfgs", "dropout": 0.5}, "dropout does not work with solver='lbfgs'"),
        (
            {"solver": "lbfgs", "weight_decay": 0.5},
            "weight_decay does not work with solver='lbfgs'",
        ),
    ],
)
def test_combinations_that_cannot_be(settings, message):
    with pytest.raises(ValueError, match=message):
        DenseNetRegressor(**settings).fit(X, Y)


@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
def test_a_misspelt_parameter_is_named(cls):
    refusal = rf"{cls.__name__}\.__init__\(\) got an unexpected.*'hidden_layers'"
    with pytest.raises(TypeError, match=refusal):
        cls(hidden_layers=(3,))
    with pytest.raises(ValueError, match="Invalid parameter 'alhpa'"):
        cls().set_params(alhpa=1)


@pytest.mark.parametrize("value", [None, -1.0, np.nan, np.inf, "fast", Cosine()])
def test_a_schedule_has_to_return_a_rate(value):
    with pytest.raises(ValueError, match=r"learning_rate must return a number .* at 0\.000"):
        DenseNetClassifier(learning_rate=lambda done: value).fit(X, Y)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Adam(beta_1=1.0), "beta_1 and beta_2"),
        (lambda: Adam(beta_2=-0.1), "beta_1 and beta_2"),
        (lambda: Adam(epsilon=0.0), "epsilon"),
        (lambda: SGD(momentum=1.1), "momentum"),
        (lambda: Dropout(1.0), "rate"),
        (lambda: BatchNorm(momentum=1.0), "momentum"),
        (lambda: Huber(0.0), "delta"),
        (lambda: Quantile((0.5, 0.1)), "quantile"),
        (lambda: Quantile(()), "quantile"),
        (lambda: Quantile([[0.1, 0.5]]), "quantile"),
        (lambda: Quantile("0.5"), "quantile"),
        (lambda: Huber("1"), "delta"),
        (lambda: CosLog(0), "n_cycles"),
        (lambda: Tweedie(0.5), "power"),
        (lambda: Gaussian(0.0), "min_std"),
        (lambda: Focal(-1.0), "gamma"),
        (lambda: WarmUp(0), "duration"),
        (lambda: WarmUp(1.5), "duration"),
        (lambda: WarmUp(True), "duration"),
        (lambda: WarmUp(3, "constant"), "schedule"),
        (lambda: BatchNorm(epsilon=-1.0), "epsilon"),
        (lambda: LayerNorm(epsilon=0.0), "epsilon"),
        (lambda: OneCycle(rise=1.0), "rise"),
    ],
)
def test_the_engine_checks_its_own_parameters(make, message):
    with pytest.raises(ValueError, match=f"{message}.* must be"):
        make()
