"""What users get from `explain` and `feature_importances_`, and what is refused."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib import pyplot as plt
from scipy import sparse
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import RFE, SelectFromModel
from sklearn.neural_network import MLPRegressor

import skdense
from skdense import ContributionDisplay, DenseNetClassifier, DenseNetRegressor
from skdense._explain import explanation as explanation_module
from skdense._explain.explanation import Explanation

QUICK = {"max_iter": 4, "n_estimators": 2, "random_state": 0}
RNG = np.random.RandomState(0)
FRAME = pd.DataFrame(
    {"size": RNG.uniform(20, 90, 200), "heating": RNG.choice(["gas", "oil"], 200)}
)
RENT = 10 * FRAME["size"] + 100 * (FRAME["heating"] == "gas")


@pytest.fixture(autouse=True)
def without_shap(monkeypatch):
    monkeypatch.setattr(explanation_module, "find_spec", lambda name: None)


@pytest.fixture
def regressor():
    return DenseNetRegressor(**QUICK).fit(FRAME, RENT)


@pytest.mark.parametrize("make", [lambda X: X, pl.from_pandas, lambda X: X.to_dict("records")])
def test_an_explanation_has_the_rows_as_they_are(regressor, make):
    found = regressor.explain(make(FRAME[:3]))
    assert type(found) is Explanation
    assert found.feature_names == ["size", "heating"]
    assert found.output_names is None
    assert found.data.tolist() == FRAME[:3].to_numpy().tolist()
    assert found.values.shape == (3, 2)
    assert found.base_values.shape == (3,)


def test_several_classes_are_a_last_axis():
    y = np.digitize(RENT, [500, 700])
    found = DenseNetClassifier(**QUICK).fit(FRAME, y).explain(FRAME[:3])
    assert found.values.shape == (3, 2, 3)
    assert found.base_values.shape == (3, 3)
    assert found.output_names == ["0", "1", "2"]


def test_columns_of_an_array_are_numbered():
    X = FRAME[["size"]].to_numpy()
    found = DenseNetRegressor(**QUICK).fit(X, RENT).explain(X[:2])
    assert found.feature_names == ["x0"]
    np.testing.assert_array_equal(found.data, X[:2])


def test_explanations_survive_files_and_pickles(regressor, tmp_path):
    regressor.save(tmp_path / "model.skdense")
    wanted = regressor.explain(FRAME[:5])
    for copy in (skdense.load(tmp_path / "model.skdense"), pickle.loads(pickle.dumps(regressor))):
        found = copy.explain(FRAME[:5])
        np.testing.assert_array_equal(found.values, wanted.values)
        np.testing.assert_array_equal(found.base_values, wanted.base_values)


def test_a_prediction_changes_nothing(regressor):
    before = pickle.dumps(regressor)
    regressor.explain(FRAME[:5])
    _ = regressor.feature_importances_
    assert pickle.dumps(regressor) == before


def test_the_background_is_a_small_sample_by_weight():
    X = np.arange(1000.0)[:, None]
    weight = np.where(X[:, 0] < 100, 100.0, 1e-9)
    net = DenseNetRegressor(**QUICK).fit(X, X[:, 0], sample_weight=weight)
    background = net._predictor.background
    assert background.shape == (100, 1)
    assert (background < 100).all()
    few = DenseNetRegressor(**QUICK).fit(X[:30], X[:30, 0])
    np.testing.assert_array_equal(few._predictor.background, X[:30])


def test_the_background_is_that_of_the_last_rows_trained_on():
    X = np.arange(100.0)[:, None]
    net = DenseNetRegressor(**QUICK, early_stopping=False)
    net.partial_fit(X[:50], X[:50, 0]).partial_fit(X[50:], X[50:, 0])
    np.testing.assert_array_equal(net._predictor.background, X[50:])


def test_sparse_tables_are_refused():
    X = sparse.random(60, 4, density=0.3, random_state=0, format="csr")
    net = DenseNetRegressor(**QUICK).fit(X, X.toarray()[:, 0])
    with pytest.raises(ValueError, match="X is sparse.*X.toarray()"):
        net.explain(X)
    with pytest.raises(ValueError, match="background=None needs rows.*fit to a sparse table"):
        net.explain(X.toarray())
    with pytest.raises(ValueError, match="background is sparse"):
        net.explain(X.toarray(), background=X)
    assert net.explain(X.toarray(), background=X.toarray()).values.shape == (60, 4)
    assert not hasattr(net, "feature_importances_")


def test_an_estimator_without_rows_says_so():
    X = FRAME[["size"]].to_numpy()
    mlp = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", max_iter=5000, random_state=0)
    mlp.fit(X / 100, RENT / 1000)
    net = DenseNetRegressor.from_sklearn(mlp)
    with pytest.raises(ValueError, match=r"from_sklearn.*background=X_train\[:100\]"):
        net.explain(X)
    with pytest.raises(AttributeError, match="permutation_importance"):
        _ = net.feature_importances_
    assert net.explain(X, background=X).values.shape == X.shape


def test_an_estimator_may_be_without_rows_of_its_table(regressor):
    assert FRAME["size"][0] in regressor.fit(FRAME[:50], RENT[:50])._predictor.background
    assert regressor.discard_background() is regressor
    assert regressor._predictor.background is None
    assert not hasattr(regressor, "feature_importances_")
    with pytest.raises(ValueError, match="discard_background"):
        regressor.explain(FRAME)
    assert regressor.explain(FRAME, background=FRAME).values.shape == (200, 2)


@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
def test_it_needs_a_fit(cls):
    with pytest.raises(NotFittedError):
        cls().explain(FRAME)
    with pytest.raises(AttributeError):
        _ = cls().feature_importances_


def test_importances_are_fractions(regressor):
    importances = regressor.feature_importances_
    assert importances.shape == (2,)
    assert (importances > 0).all()
    assert importances.sum() == pytest.approx(1)
    assert importances[0] > importances[1]


def test_importances_without_any_effect_are_equal():
    X = np.ones((30, 3))
    net = DenseNetRegressor(**QUICK).fit(X, np.arange(30))
    np.testing.assert_allclose(net.feature_importances_, 1 / 3)


@pytest.mark.parametrize(
    "select",
    [lambda net: SelectFromModel(net), lambda net: RFE(net, n_features_to_select=2)],
)
def test_columns_are_selected_by_their_importance(select):
    X = RNG.standard_normal((400, 6))
    y = np.where(X[:, 1] + X[:, 4] > 0, "a", "b")
    net = DenseNetClassifier(max_iter=10, n_estimators=2, random_state=0)
    np.testing.assert_array_equal(np.flatnonzero(select(net).fit(X, y).get_support()), [1, 4])


def test_bars_are_drawn_from_an_estimator(regressor):
    display = ContributionDisplay.from_estimator(regressor, FRAME[:20], color="gray")
    (bars,) = display.bars_
    sizes = np.sort(np.abs(regressor.explain(FRAME[:20]).values).mean(axis=0))
    np.testing.assert_allclose([bar.get_width() for bar in bars], sizes)
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert labels == ["heating", "size"]
    plt.close("all")


def test_bars_of_several_classes_are_stacked():
    y = np.digitize(RENT, [500, 700])
    found = DenseNetClassifier(**QUICK).fit(FRAME, y).explain(FRAME[:20])
    _, ax = plt.subplots()
    display = found.plot(ax)
    assert display.ax_ is ax
    assert len(display.bars_) == 3
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["0", "1", "2"]
    plt.close("all")


def test_only_the_largest_are_drawn():
    display = ContributionDisplay(np.arange(20.0), [f"x{i}" for i in range(20)])
    display.plot(max_features=3)
    assert [bar.get_width() for bar in display.bars_[0]] == [17, 18, 19]
    plt.close("all")


def test_shap_gets_its_own_class(regressor, monkeypatch):
    shap = pytest.importorskip("shap")
    monkeypatch.undo()
    found = regressor.explain(FRAME[:5])
    assert isinstance(found, shap.Explanation)
    assert found.display_data.tolist() == FRAME[:5].to_numpy().tolist()
    assert found.data[:, 1].tolist() == [
        ["gas", "oil"].index(cell) for cell in FRAME["heating"][:5]
    ]
    shap.plots.bar(found, show=False)
    shap.plots.waterfall(found[0], show=False)
    shap.plots.beeswarm(found, show=False)
    plt.close("all")


def explanation_of(n_rows, n_columns):
    values = np.arange(n_rows * n_columns, dtype=float).reshape(n_rows, n_columns)
    names = [f"column {i}" for i in range(n_columns)]
    return Explanation(values, np.full(n_rows, 10.0), np.zeros((n_rows, n_columns)), names)


def test_an_explanation_of_a_row_prints_as_a_table():
    assert str(explanation_of(1, 3)).splitlines() == [
        "base value          10",
        "column 2             2",
        "column 1             1",
        "column 0             0",
        "sum                 13",
    ]
    lines = str(explanation_of(1, 25)).splitlines()
    assert len(lines) == 23
    assert lines[1].split() == ["column", "24", "24"]
    assert lines[-2].split() == ["5", "others", "10"]
    assert lines[-1].split() == ["sum", str(10 + sum(range(25)))]


def test_an_explanation_of_several_rows_says_what_there_is():
    assert str(explanation_of(2, 3)).startswith("Explanation of 2 rows by 3 columns: values, ")
    assert repr(explanation_of(1, 3)).startswith("Explanation of 1 row by 3 columns: values, ")
