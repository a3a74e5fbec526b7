"""Model files: everything comes back, and nothing that is broken is read."""

import json
import subprocess
import sys
from pathlib import Path

import estimator_checks
import numpy as np
import pandas as pd
import plain
import pytest
from damage import count, cut, kills, sealed
from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import NotFittedError
from sklearn.metrics import make_scorer, r2_score

import skdense
from skdense import DenseNetClassifier, DenseNetRegressor, load
from skdense._columns.expansion import Expansion
from skdense._files.container import FORMAT, MAGIC, FileError
from skdense._files.upgrade import upgraded
from skdense._input.features import check_X
from skdense.engine import Relu, WarmUp

MODELS = Path(__file__).parents[1] / "models"
FAST = {"max_iter": 2, "hidden_layer_sizes": (8,), "random_state": 0}
SMALL = {"n_estimators": 2, **FAST}
NO_STREAM = {"early_stopping", "early_stopping on the loss", "class_weight balanced"}
MINE = {k: v for k, v in estimator_checks.ESTIMATORS.items() if not k.startswith("MLP")}


def table(n_rows=120, seed=0):
    """Numbers, holes, and categories of few and of many levels."""
    rng = np.random.RandomState(seed)
    X = pd.DataFrame({"a": rng.normal(size=n_rows), "b": 1e3 * rng.normal(size=n_rows)})
    X.loc[::7, "a"] = np.nan
    X["few"] = pd.Categorical(rng.choice(["x", "y", "z"], n_rows))
    X["many"] = pd.Categorical(rng.choice([f"level {i}" for i in range(40)], n_rows))
    X["codes"] = pd.Categorical(rng.choice([3, 1, 2], n_rows))
    return X


def there_and_back(estimator, path, **how):
    """A loaded copy, which when saved makes the same file."""
    estimator.save(path, **how)
    copy = load(path)
    again = path.with_name("again")
    copy.save(again, **how)
    assert again.read_bytes() == path.read_bytes()
    return copy


def as_own(estimator):
    """An estimator of the tests as one of the package."""
    kind = getattr(skdense, type(estimator).__name__.replace("Plain", "DenseNet"))
    return kind(**estimator.get_params(deep=False)).set_params(**FAST)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", MINE)
def test_every_setting_comes_back(name, tmp_path):
    is_classifier, make = name.startswith("classifier"), as_own(MINE[name])
    X, y = (make_classification if is_classifier else make_regression)(60, 5, random_state=0)
    if any(word in name for word in ("poisson", "gamma", "tweedie")):
        y = 1 + np.abs(y)
    estimator = make.fit(X, y)
    copy = there_and_back(estimator, tmp_path / "model", training_state=True)
    method = "predict_proba" if is_classifier else "predict"
    np.testing.assert_array_equal(getattr(copy, method)(X), getattr(estimator, method)(X))
    assert vars(copy).keys() == vars(estimator).keys()
    assert copy.loss_curve_ == estimator.loss_curve_
    if name.partition(", ")[2] not in NO_STREAM and hasattr(estimator, "partial_fit"):
        first, second = (e.partial_fit(X, y) for e in (estimator, copy))
        np.testing.assert_array_equal(first.predict(X), second.predict(X))


@pytest.mark.parametrize(
    "y",
    [
        np.array(["no", "yes"] * 60),
        np.array(["a", "b", "c"] * 40, dtype=object),
        np.array([True, False] * 60),
        np.array([-1.0, 2.0] * 60),
        np.column_stack([[0, 1] * 60, [5, 6, 7] * 40]),
        np.eye(3, dtype=int)[[0, 1, 2] * 40],
        pd.Series(["a", "b"] * 60, dtype="category"),
    ],
    ids=["text", "objects", "bool", "floats", "outputs", "labels", "categories"],
)
def test_classes_and_columns_come_back(y, tmp_path):
    X = table()
    estimator = DenseNetClassifier(**SMALL).fit(X, y)
    copy = there_and_back(estimator, tmp_path / "model")
    new = table(seed=1)
    new["few"] = pd.Categorical(["x", "new"] * 60)
    one, other = estimator.predict(new), copy.predict(new)
    assert one.dtype == other.dtype
    np.testing.assert_array_equal(one, other)
    for one, other in zip(estimator.predict_proba(new), copy.predict_proba(new), strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(copy.feature_names_in_) == list(X)
    with pytest.raises(ValueError, match="feature names"):
        copy.predict(new.rename(columns={"a": "other"}))


@pytest.mark.whole
def test_a_new_process_predicts_the_same(tmp_path):
    X = table()
    estimator = DenseNetRegressor(**SMALL).fit(X, X["b"])
    estimator.save(tmp_path / "model")
    X.to_pickle(tmp_path / "X")
    code = (
        "import sys, numpy, pandas, skdense; X = pandas.read_pickle(sys.argv[1] + '/X'); "
        "numpy.save(sys.argv[1] + '/y', skdense.load(sys.argv[1] + '/model').predict(X))"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code, str(tmp_path)], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), estimator.predict(X))


def test_a_missing_folder_is_named(tmp_path):
    net, path = DenseNetRegressor(**SMALL).fit([[0.0], [1.0]], [0, 1]), tmp_path / "none" / "model"
    with pytest.raises(FileNotFoundError, match=f"^{path} cannot .* folder {path.parent} does"):
        net.save(path)


def test_without_its_training_state_a_model_is_its_parameters(tmp_path):
    X = table()
    estimator = DenseNetClassifier(n_estimators=4, random_state=0, max_iter=3)
    estimator.fit(X, X["b"] > 0).partial_fit(X, X["b"] > 0)
    estimator.save(tmp_path / "model")
    n_bytes = sum(network.params.nbytes for network in estimator.networks_)
    assert n_bytes < (tmp_path / "model").stat().st_size < n_bytes + 20_000
    copy = load(tmp_path / "model")
    copy.partial_fit(X, X["b"] > 0)
    assert np.isfinite(copy.predict_proba(X)).all()


def test_parameters_of_any_kind_come_back(tmp_path):
    X, y = make_classification(60, random_state=0)
    settings = {
        "activation": [Relu(), "tanh"],
        "hidden_layer_sizes": np.array([6, 5]),
        "learning_rate": WarmUp(3, skdense.engine.Cosine()),
        "class_weight": {0: 1.0, 1: 2.5},
        "random_state": np.random.RandomState(3),
        "dtype": "float32",
        "alpha": np.float64(0.25),
        "tol": 0.0,
        "max_iter": np.int64(2),
    }
    estimator = DenseNetClassifier(**settings).fit(X, y)
    copy = load_of(estimator, tmp_path)
    mine, its = estimator.get_params(), copy.get_params()
    for name in mine.keys() - {"random_state", "hidden_layer_sizes"}:
        assert its[name] == mine[name], name
        assert type(its[name]) is type(mine[name])
    np.testing.assert_array_equal(its["hidden_layer_sizes"], [6, 5])
    assert its["random_state"].rand() == mine["random_state"].rand()


def load_of(estimator, folder):
    estimator.save(folder / "model")
    return load(folder / "model")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"learning_rate": lambda share: 1 - share}, "learning_rate"),
        ({"scoring": make_scorer(r2_score)}, "scoring"),
        ({"activation": type("Mine", (Relu,), {})()}, "activation"),
    ],
)
def test_code_is_refused_by_name(settings, name, tmp_path):
    X, y = make_regression(60, random_state=0)
    estimator = DenseNetRegressor(**SMALL, **settings).fit(X, y)
    (tmp_path / "model").write_text("what was there")
    with pytest.raises(TypeError, match=rf"^{name} contains .* a model file contains no code"):
        estimator.save(tmp_path / "model")
    assert (tmp_path / "model").read_text() == "what was there"


def test_what_is_not_fitted_or_not_ours_is_refused(tmp_path):
    with pytest.raises(NotFittedError):
        DenseNetRegressor().save(tmp_path / "model")
    X, y = make_regression(30, random_state=0)
    with pytest.raises(TypeError, match="got PlainRegressor of plain"):
        plain.PlainRegressor(**FAST, learning_rate="cosine").fit(X, y).save(tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_an_error_on_the_way_leaves_the_old_file(monkeypatch, tmp_path):
    X, y = make_regression(30, random_state=0)
    estimator = DenseNetRegressor(**SMALL).fit(X, y)
    estimator.save(tmp_path / "model")
    before = (tmp_path / "model").read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        estimator.fit(X, -y).save(tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder with files of two models that differ."""
    folder, X = tmp_path_factory.mktemp("saved"), table()
    four = {"n_estimators": 4, "random_state": 0, "max_iter": 1}
    for name, y in {"one": X["b"] > 0, "other": X["b"] > 5}.items():
        DenseNetClassifier(**four).fit(X, y).save(folder / name)
    return folder


# NumPy 1.24 compares a forged array of text with numbers only under protest
@pytest.mark.whole
@pytest.mark.filterwarnings("ignore:elementwise comparison failed:DeprecationWarning")
def test_nothing_damaged_is_read(saved, tmp_path):
    X, content = table(), (saved / "one").read_bytes()
    found = count(content, tmp_path / "model", 60, lambda model: model.predict_proba(X))
    for kind, counts in found.items():
        assert counts["wrong"] == counts["large"] == 0, (kind, counts)
        assert counts["refused"] > 0
    assert sum(counts["read"] for counts in found.values()) == found["edited"]["read"]


@pytest.mark.whole
def test_a_kill_loses_nothing(saved, tmp_path):
    assert kills(saved / "one", saved / "other", tmp_path, 3) == 0


def test_foreign_newer_and_short_files_are_told_apart(saved, tmp_path, rng):
    path, content = tmp_path / "model", (saved / "one").read_bytes()
    newer = MAGIC + (FORMAT + 1).to_bytes(4, "little") + content[12:]
    for written, message in [
        (b"", "is not a model file of skdense"),
        (b"PK\x03\x04", "is not a model file of skdense"),
        (MAGIC, "is damaged: it ends after 8 bytes"),
        (newer, f"has format {FORMAT + 1}.* upgrade skdense"),
        (content[:-1], f"it has {len(content) - 1} bytes instead of {len(content)}"),
        (content[:-1] + b"x", "its checksum is wrong"),
        (sealed(b"{", b""), "is damaged: Expecting"),
        (cut(content, np.random.default_rng(0)), "is damaged"),
    ]:
        path.write_bytes(written)
        with pytest.raises(FileError, match=message):
            load(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing")


def test_a_file_of_the_other_kind_is_refused():
    path = MODELS / "0.1.0.dev0-format-1-classifier.skdense"
    assert isinstance(load(path, DenseNetClassifier), DenseNetClassifier)
    for kind in (DenseNetRegressor, "classifier"):
        with pytest.raises(ValueError, match=r"contains a DenseNetClassifier.*leave kind out"):
            load(path, kind)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.skdense")), ids=lambda path: path.stem)
def test_files_of_every_release_load_for_ever(path):
    """What tests/models/make.py wrote with each release."""
    estimator, expected = load(path), json.loads(path.with_suffix(".json").read_text())
    X = pd.DataFrame(expected["X"]).astype({"kind": "category"})
    tolerance = 1e-5  # other machines round otherwise
    np.testing.assert_allclose(estimator.predict(X), expected["prediction"], rtol=tolerance)
    assert estimator.get_params()["max_iter"] == 3


@pytest.mark.parametrize("way", ["fit", "partial_fit"])
@pytest.mark.parametrize("path", sorted(MODELS.glob("*.skdense")), ids=lambda path: path.stem)
def test_files_of_every_release_go_on_for_ever(path, way):
    """The defaults that change later are those of other networks."""
    shown = json.loads(path.with_suffix(".json").read_text())
    X, y = pd.DataFrame(shown["X"]).astype({"kind": "category"}), shown["prediction"]
    estimator = load(path).set_params(warm_start=True)
    layers = [network.layers for network in estimator.networks_]
    before = [network.params.copy() for network in estimator.networks_]
    getattr(estimator, way)(X, y)
    assert [network.layers for network in estimator.networks_] == layers
    for first, network in zip(before, estimator.networks_, strict=True):
        assert (first != network.params).any()
    assert np.isfinite(network.params).all()


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.dev0-*.skdense")), ids=lambda p: p.stem)
def test_early_files_take_what_is_missing_for_unknown(path):
    estimator, X = load(path), pd.DataFrame({"a": [0.0, 1.0], "b": 1.0, "kind": "level 3"})
    missing, unknown = (estimator.predict(X.assign(kind=kind)) for kind in (None, "another"))
    np.testing.assert_array_equal(missing, unknown)
    # whose vector was zero
    columns, table = estimator._predictor.columns, estimator._predictor.table
    codes = columns.transform(check_X(estimator, X.assign(kind=None), table), np.dtype("f8"))[
        :, -1
    ].astype(int)
    vectors = estimator.network_.views[0]["vectors"]
    np.testing.assert_array_equal(vectors[codes], 0)


def test_early_flags_of_missing_levels_are_zero():
    X = np.array([[0.0], [1.0], [2.0]])
    names = ("code_of", "n_codes", "_neutral")
    early = {name: v for name, v in vars(Expansion(X, (3,))).items() if name not in names}
    expansion = Expansion.__new__(Expansion)
    vars(expansion).update(upgraded("Expansion", early))
    np.testing.assert_array_equal(expansion.numbers(np.array([[3.0], [np.nan]])), np.zeros((2, 3)))
    np.testing.assert_array_equal(expansion.numbers(X), np.eye(3))


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.dev0-*.skdense")), ids=lambda p: p.stem)
def test_early_files_do_not_say_how_many_values_are_missing(path):
    rows = load(path).columns_.rows
    assert rows == [("a", "number"), ("b", "number"), ("kind", "category of 12 levels")]


def test_files_say_how_many_values_are_missing(tmp_path):
    net = DenseNetRegressor((2,), n_estimators=1, solver="lbfgs", random_state=0)
    net.fit([[1.0], [np.nan], [3.0]], [1, 2, 3])
    net.save(tmp_path / "net.skdense")
    assert load(tmp_path / "net.skdense").columns_.rows == [("x0", "number; 1 missing")]


def test_there_is_a_file_of_each_format():
    assert len(list(MODELS.glob(f"*format-{FORMAT}-*.skdense"))) >= 2
