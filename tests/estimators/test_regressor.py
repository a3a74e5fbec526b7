"""Numbers in any unit, of one or several outputs."""

import numpy as np
import pandas as pd
import pytest
from plain import PlainRegressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_linnerud
from sklearn.ensemble import BaggingRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK = {
    "max_iter": 60,
    "batch_size": 32,
    "learning_rate_init": 0.01,
    "learning_rate": "cosine",
    "random_state": 0,
}


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True, scaled=False)


@pytest.mark.parametrize("unit", [1e-30, 1e-3, 1.0, 1e4, 1e25])
@pytest.mark.parametrize("offset", [0.0, -7.0])
def test_the_unit_of_the_target_does_not_matter(diabetes, unit, offset):
    X, y = diabetes
    expected = PlainRegressor(**QUICK).fit(X, y).predict(X)
    mine = PlainRegressor(**QUICK).fit(X, unit * (y + offset)).predict(X)
    np.testing.assert_allclose(mine / unit - offset, expected, rtol=1e-6)


def test_the_unit_of_the_features_does_not_matter(diabetes):
    X, y = diabetes
    expected = PlainRegressor(**QUICK).fit(X, y).predict(X)
    units, offsets = 10.0 ** np.arange(-30, 30, 6), 10.0 ** np.arange(-25, 35, 6)
    mine = PlainRegressor(**QUICK).fit(X * units + offsets, y).predict(X * units + offsets)
    assert mine == pytest.approx(expected, rel=1e-5)


@pytest.mark.pitfall(28)
def test_a_large_unscaled_target_is_learnt(rng):
    # y = 1e4 +- 1e3: R2 of -78 with scikit-learn's MLP and default settings
    X = rng.standard_normal((500, 4))
    y = 1e4 + 1e3 * X[:, 0]
    assert PlainRegressor(random_state=0).fit(X, y).score(X, y) > 0.95


@pytest.mark.pitfall(23)
@pytest.mark.parametrize(
    "container", [np.asarray, lambda Y: Y.tolist(), lambda Y: pd.DataFrame(Y).set_index(Y[:, 0])]
)
def test_several_outputs(container):
    X, Y = load_linnerud(return_X_y=True)
    net = PlainRegressor(solver="lbfgs", random_state=0).fit(X, container(Y))
    assert net.predict(X).shape == Y.shape
    assert net.score(X, Y) > 0.9
    assert net.n_outputs_ == 3


@pytest.mark.pitfall(23)
@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_one_column_is_a_vector(diabetes, shape):
    X, y = diabetes
    assert PlainRegressor(max_iter=2).fit(X, y.reshape(shape)).predict(X).shape == y.shape


@pytest.mark.pitfall(22)
def test_poisson_against_its_own_optimum(rng):
    # without features the best rate is the weighted mean
    X, y, weight = np.zeros((40, 1)), rng.poisson(300, 40), rng.uniform(0, 2, 40)
    for scaling in ("standard", None):
        net = PlainRegressor(
            (),
            loss="poisson",
            solver="lbfgs",
            alpha=0,
            tol=1e-9,
            target_scaling=scaling,
            random_state=0,
        )
        rate = net.fit(X, y, weight).predict(X[:1])[0]
        assert rate == pytest.approx(np.average(y, weights=weight), rel=1e-5)
        assert net.out_activation_ == "exp"


def test_poisson_learns_rates(rng):
    X = rng.uniform(-1, 1, (800, 2))
    y = rng.poisson(1000 * np.exp(X[:, 0]))
    net = PlainRegressor(loss="poisson", **QUICK).fit(X, y)
    np.testing.assert_allclose(net.predict(X), 1000 * np.exp(X[:, 0]), rtol=0.2)
    assert net.fit(X, 0 * y).predict(X).max() < 0.1


@pytest.mark.pitfall(25)
def test_poisson_refuses_what_it_is_not_made_for(diabetes):
    X, y = diabetes
    with pytest.raises(
        ValueError, match=r"y must not be negative with loss=Poisson\(\), got -346"
    ):
        PlainRegressor(loss="poisson").fit(X, -y)
    with pytest.raises(ValueError, match="output_activation does not work with loss='poisson'"):
        PlainRegressor(loss="poisson", output_activation="softplus").fit(X, y)


def test_an_output_activation_bounds_the_prediction(rng):
    X = rng.standard_normal((200, 3))
    shares = np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)
    net = PlainRegressor(output_activation="softmax", **QUICK).fit(X, shares)
    np.testing.assert_allclose(net.predict(X).sum(axis=1), 1)
    assert net.score(X, shares) > 0.95
    assert net.out_activation_ == "softmax"


@pytest.mark.pitfall(30)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("setting", ["auto", "float32", "float64", None])
@pytest.mark.parametrize("n_rows", [199, 200])
def test_dtype_decides_what_is_computed_in(rng, dtype, setting, n_rows):
    X = rng.standard_normal((n_rows, 3)).astype(dtype)
    weight = np.ones(n_rows)  # float64 weights do not promote the training
    net = PlainRegressor(dtype=setting, max_iter=2, random_state=0).fit(X, X[:, 0], weight)
    auto = np.float32 if dtype == np.float32 or n_rows >= 200 else np.float64
    expected = {"auto": auto, None: dtype}.get(setting, setting)
    assert net.network_.params.dtype == expected
    both_float32 = dtype == np.float32 and np.dtype(expected) == np.float32
    assert net.predict(X).dtype == (np.float32 if both_float32 else np.float64)
    # that of a float64 table is float64, even for a float32 table
    assert net.predict(X.astype(np.float32)).dtype == net.predict(X).dtype


TARGETS = {
    "float64": lambda x: x.astype(np.float64),
    "float32": lambda x: x,
    "integers": lambda x: np.arange(len(x)),
    "booleans": lambda x: x > 0,
    "a list": lambda x: x.tolist(),
    "nullable integers": lambda x: pd.Series(np.arange(len(x)), dtype="Int64"),
    "two columns": lambda x: np.column_stack([x, np.arange(len(x))]),
    "a constant": lambda x: np.full(len(x), 12345.678),
}


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("scaling", ["standard", None])
def test_a_float32_table_gets_float32_predictions_as_from_the_mlp(rng, kind, scaling):
    X = rng.standard_normal((200, 3)).astype(np.float32)
    y = TARGETS[kind](X[:, 0])
    settings = {"max_iter": 3, "random_state": 0}
    net = PlainRegressor(**settings, target_scaling=scaling)
    mlp = MLPRegressor(**settings).fit(X, np.asarray(y))
    net.fit(X, y)
    for table in (X, X.astype(np.float64)):
        assert net.predict(table).dtype == mlp.predict(table).dtype == table.dtype


@pytest.mark.parametrize(
    "y", [lambda x: 1e50 * x, lambda x: 1e38 * x, lambda x: 1e-50 * x, lambda x: 1e9 + x]
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_target_that_float32_cannot_hold_is_predicted_in_float64(rng, y, method):
    X = rng.standard_normal((400, 3)).astype(np.float32)
    y = y(X[:, 0].astype(np.float64))
    net = PlainRegressor(random_state=0, learning_rate_init=0.01)
    for _ in range(1 if method == "fit" else 60):
        getattr(net, method)(X, y)
    assert net.network_.params.dtype == np.float32
    assert net.predict(X).dtype == np.float64
    assert net.score(X, y) > 0.95


def test_a_stream_that_leaves_float32_goes_on_in_float64(rng):
    X = rng.standard_normal((100, 3)).astype(np.float32)
    net = PlainRegressor(random_state=0).partial_fit(X, X[:, 0])
    assert net.predict(X).dtype == np.float32
    net.partial_fit(X, 1e38 * X[:, 0].astype(np.float64))
    assert net.predict(X).dtype == np.float64


def test_lbfgs_keeps_the_digits_of_float64(rng):
    X = rng.standard_normal((2000, 2))
    net = PlainRegressor(solver="lbfgs", dtype="auto", max_iter=5).fit(X, X[:, 0])
    assert net.network_.params.dtype == np.float64


def test_a_large_mean_is_not_rounded_away_in_float32(rng):
    X = 1e6 + rng.standard_normal((2000, 1))
    net = PlainRegressor(dtype="float32", **QUICK).fit(X, X[:, 0])
    assert net.network_.params.dtype == np.float32
    assert net.score(X, X[:, 0]) > 0.95


def test_layers_of_their_own_kind(diabetes):
    from skdense.engine import Dropout, LeakyRelu, Selu, Tanh

    X, y = diabetes
    net = PlainRegressor(
        (9, 8, 7),
        activation=["tanh", "identity", LeakyRelu(0.2)],
        dropout=[0.1, 0, 0.2],
        max_iter=3,
    ).fit(X, y)
    kinds = [layer for layer in net.network_.layers if not hasattr(layer, "n_units")]
    assert kinds == [Tanh(), Dropout(0.1), LeakyRelu(0.2), Dropout(0.2)]
    assert Selu() in PlainRegressor(activation="selu", max_iter=1).fit(X, y).network_.layers


def test_dropout_is_off_when_predicting(diabetes):
    X, y = diabetes
    net = PlainRegressor(dropout=0.5, max_iter=5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(net.predict(X), net.predict(X))


@pytest.mark.parametrize("name", ["alpha", "weight_decay"])
def test_penalties_shrink_the_coefficients(diabetes, name):
    X, y = diabetes
    value = {"alpha": 100.0, "weight_decay": 1.0}[name]
    free = PlainRegressor(**QUICK, alpha=0).fit(X, y)
    held = PlainRegressor(**QUICK, **{"alpha": 0, name: value}).fit(X, y)
    assert np.square(held.coefs_[0]).sum() < 0.7 * np.square(free.coefs_[0]).sum()


def test_verbose_prints_a_line_an_epoch(diabetes, capsys):
    X, y = diabetes
    for settings, lines in (({}, 3), ({"early_stopping": True}, 3), ({"solver": "lbfgs"}, 3)):
        net = PlainRegressor(max_iter=3, verbose=True, random_state=0, **settings).fit(X, y)
        printed = capsys.readouterr().out.splitlines()
        assert len(printed) == lines
        assert printed[0].startswith(f"Epoch 1 of 3, loss = {net.loss_curve_[0]:.8f}")
        assert ("validation score" in printed[0]) == ("early_stopping" in settings)
    net.set_params(verbose=False).fit(X, y)
    assert capsys.readouterr().out == ""
    stream = PlainRegressor(verbose=True, random_state=0).partial_fit(X, y)
    assert capsys.readouterr().out == f"Epoch 1, loss = {stream.loss_:.8f}\n"


SHAPES = {"(n,)": 0, "(n, 1)": [0], "(n, k)": [0, 1, 2]}


@pytest.mark.pitfall(23)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scaler", [None, StandardScaler()])
def test_every_shape_of_target_inside_a_transformation(scaler, shape, wine):
    # skorch 701
    X, y = wine[0], wine[0][:, SHAPES[shape]]
    net = PlainRegressor((8,), solver="lbfgs", max_iter=40, random_state=0)
    model = TransformedTargetRegressor(net, transformer=scaler).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert model.score(X, y) > 0.9


# scikit-learn's own, for a column
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.DataConversionWarning")
@pytest.mark.pitfall(23)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_target_inside_bagging(shape, wine):
    # skorch 972
    X, y = wine[0], wine[0][:, SHAPES[shape]]
    net = PlainRegressor((8,), solver="lbfgs", max_iter=40, random_state=0)
    bagging = BaggingRegressor(net, n_estimators=3, random_state=0).fit(X, y)
    assert bagging.predict(X).shape == ((178, 3) if shape == "(n, k)" else (178,))
    assert bagging.score(X, y) > 0.9
