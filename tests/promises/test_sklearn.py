"""Every place of scikit-learn that an estimator slots into."""

import subprocess
import sys
from inspect import getdoc, signature

import joblib
import numpy as np
import pytest
import sklearn
from plain import PlainClassifier, PlainRegressor
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import (
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import BaggingRegressor, VotingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    cross_val_predict,
    cross_val_score,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler

import skdense

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

QUICK = {"max_iter": 30, "learning_rate": "cosine", "learning_rate_init": 0.01, "random_state": 0}

REAL = pytest.mark.parametrize("cls", [skdense.DenseNetClassifier, skdense.DenseNetRegressor])


@pytest.mark.parametrize(
    ("mine", "its"),
    [(skdense.DenseNetClassifier, MLPClassifier), (skdense.DenseNetRegressor, MLPRegressor)],
)
def test_every_parameter_attribute_and_method_of_the_mlp(mine, its):
    X, y = load_wine(return_X_y=True)
    assert set(its().get_params()) <= set(mine().get_params())
    mlp, dense = its(max_iter=2).fit(X, y), mine(max_iter=2).fit(X, y)
    public = {name for name in dir(mlp) if not name.startswith("_")}
    assert public <= set(dir(dense))


@pytest.mark.parametrize(
    ("mine", "its"), [(PlainClassifier, MLPClassifier), (PlainRegressor, MLPRegressor)]
)
def test_plain_estimators_have_the_defaults_of_the_mlp(mine, its):
    # not of skdense, but what other tests take for it
    defaults, theirs = mine().get_params(), its().get_params()
    assert {name: defaults[name] for name in theirs} == {**theirs, "batch_size": 200}


@REAL
def test_only_the_layer_sizes_go_by_position(cls):
    parameters = list(signature(cls).parameters.values())
    assert [p.name for p in parameters if p.kind != p.KEYWORD_ONLY] == ["hidden_layer_sizes"]
    assert all(p.annotation is not p.empty for p in parameters)
    assert cls((3, 2)).hidden_layer_sizes == (3, 2)


def test_every_parameter_is_documented():
    for cls in (skdense.DenseNetClassifier, skdense.DenseNetRegressor):
        for name in signature(cls).parameters:
            assert f"\n{name} : " in getdoc(cls), name


@pytest.fixture(scope="module")
def cancer():
    return load_breast_cancer(return_X_y=True, as_frame=True)


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True, scaled=False)


@pytest.mark.whole
@pytest.mark.pitfall(36)
def test_grid_search_over_a_pipeline_in_two_processes(cancer):
    X, y = cancer
    pipeline = make_pipeline(StandardScaler(), PlainClassifier(**QUICK))
    grid = {
        "plainclassifier__hidden_layer_sizes": [(8,), (16, 8)],
        "plainclassifier__alpha": [1e-4, 1e-1],
    }
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.95
    again = GridSearchCV(pipeline, grid, cv=3).fit(X, y)
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], again.cv_results_["mean_test_score"]
    )


def test_existing_grids_of_the_mlp_run_unchanged(cancer):
    X, y = cancer
    grid = {
        "solver": ["lbfgs", "sgd", "adam"],
        "learning_rate": ["constant", "adaptive"],
        "early_stopping": [False, True],
        "activation": ["logistic", "relu"],
    }
    search = GridSearchCV(PlainClassifier(8, max_iter=5, random_state=0), grid, cv=2)
    assert np.isfinite(search.fit(X, y).cv_results_["mean_test_score"]).all()


def test_halving_grid_search(cancer):
    X, y = cancer
    search = HalvingGridSearchCV(
        PlainClassifier(**QUICK),
        {"hidden_layer_sizes": [(4,), (8,), (16,)], "alpha": [1e-4, 1e-2]},
        cv=3,
        random_state=0,
        n_jobs=2,
    ).fit(X, y)
    assert search.best_score_ > 0.9
    by_epochs = HalvingGridSearchCV(
        PlainClassifier(random_state=0),
        {"alpha": [1e-4, 1e-2]},
        resource="max_iter",
        max_resources=20,
        cv=3,
        random_state=0,
    ).fit(X, y)
    assert by_epochs.best_estimator_.n_iter_ <= 20


def test_column_transformer(cancer):
    X, y = cancer
    X = X.assign(size=np.where(X["mean radius"] > 14, "large", "small"))
    columns = make_column_transformer(
        (OneHotEncoder(), ["size"]), ("passthrough", make_column_selector(dtype_include="number"))
    )
    scores = cross_val_score(make_pipeline(columns, PlainClassifier(**QUICK)), X, y, cv=3)
    assert scores.mean() > 0.95


def test_cross_val_predict_of_probabilities(cancer):
    X, y = cancer
    proba = cross_val_predict(PlainClassifier(**QUICK), X, y, cv=3, method="predict_proba")
    assert ((proba.argmax(axis=1) == y).mean()) > 0.95


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration(cancer, method):
    X, y = cancer
    calibrated = CalibratedClassifierCV(PlainClassifier(**QUICK), method=method, cv=3)
    assert calibrated.fit(X, y, sample_weight=np.ones(len(y))).score(X, y) > 0.95


def test_voting_beside_another_estimator(cancer):
    X, y = cancer
    members = [
        ("net", PlainClassifier(**QUICK)),
        ("linear", make_pipeline(StandardScaler(), LogisticRegression())),
    ]
    assert VotingClassifier(members, voting="soft").fit(X, y).score(X, y) > 0.95


@pytest.mark.whole
@pytest.mark.pitfall(23)
def test_bagging(diabetes):
    X, y = diabetes
    bagging = BaggingRegressor(PlainRegressor(**QUICK), n_estimators=4, random_state=0, n_jobs=2)
    assert bagging.fit(X, y).score(X, y) > 0.4


@pytest.mark.pitfall(23)
def test_transformed_target(diabetes):
    X, y = diabetes
    model = TransformedTargetRegressor(PlainRegressor(**QUICK), func=np.log, inverse_func=np.exp)
    prediction = model.fit(X, y).predict(X)
    assert prediction.shape == y.shape
    assert model.score(X, y) > 0.4


def test_multi_output_wrapper_agrees_in_shape(diabetes):
    X, y = diabetes
    Y = np.column_stack([y, -y])
    own = PlainRegressor(**QUICK).fit(X, Y).predict(X)
    wrapped = MultiOutputRegressor(PlainRegressor(**QUICK)).fit(X, Y).predict(X)
    assert own.shape == wrapped.shape == Y.shape


def test_pipeline_with_sparse_steps(diabetes):
    X, y = diabetes
    model = make_pipeline(PolynomialFeatures(2), PlainRegressor(**QUICK)).fit(X, y)
    assert model.score(X, y) > 0.5


def test_metadata_routing_of_weights(cancer):
    X, y = cancer
    weight = np.where(y == 1, 1.0, 50.0)
    with sklearn.config_context(enable_metadata_routing=True):
        estimator = PlainClassifier(**QUICK).set_fit_request(sample_weight=True)
        estimator.set_score_request(sample_weight=True)
        piped = make_pipeline(estimator).fit(X, y, sample_weight=weight)
        searched = GridSearchCV(estimator, {}, cv=3).fit(X, y, sample_weight=weight)
    expected = PlainClassifier(**QUICK).fit(X, y, weight).predict_proba(X)
    np.testing.assert_array_equal(piped.predict_proba(X), expected)
    np.testing.assert_array_equal(searched.predict_proba(X), expected)


@REAL
def test_clone_copies_parameters_and_no_state(cls, rng):
    X, y = rng.standard_normal((30, 3)), rng.randint(2, size=30)
    from skdense.engine import Adam, LeakyRelu

    estimator = cls(7, solver=Adam(beta_1=0.8), activation=LeakyRelu(0.3), max_iter=3).fit(X, y)
    copy = clone(estimator)
    assert not hasattr(copy, "network_")
    assert not hasattr(copy, "coefs_")
    assert copy.get_params() == estimator.get_params()
    # an optimizer is a rule: training leaves nothing in the one given as a parameter
    assert vars(estimator.solver) == vars(Adam(beta_1=0.8))


@pytest.mark.whole
@pytest.mark.parametrize("how", ["pickle", "joblib", "cloudpickle"])
def test_a_stored_model_predicts_the_same_in_a_new_process(how, cancer, tmp_path):
    X, y = cancer
    model = make_pipeline(
        StandardScaler(), skdense.DenseNetClassifier(n_estimators=2, **QUICK)
    ).fit(X, y)
    path, table = tmp_path / "model", tmp_path / "X.joblib"
    dump = joblib.dump if how == "joblib" else lambda m, p: p.write_bytes(__import__(how).dumps(m))
    dump(model, path)
    joblib.dump(X, table)
    load = (
        f"joblib.load({str(path)!r}, mmap_mode='r')"
        if how == "joblib"
        else f"pickle.loads(open({str(path)!r}, 'rb').read())"
    )
    code = (
        f"import joblib, pickle, sys; model = {load}; X = joblib.load({str(table)!r}); "
        "sys.stdout.write(model.predict_proba(X).tobytes().hex())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert bytes.fromhex(run.stdout) == model.predict_proba(X).tobytes()


@REAL
def test_reprs_show_what_differs_from_the_defaults(cls):
    assert repr(cls((3,), alpha=1)) == f"{cls.__name__}(alpha=1, hidden_layer_sizes=(3,))"
    assert cls.__name__ in cls()._repr_html_()
