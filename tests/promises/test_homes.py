"""Fitted models in other homes: files, copies, threads, processes, and tools that keep models."""

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial
from multiprocessing import get_all_start_methods, get_context

import cloudpickle
import joblib
import numpy as np
import pandas as pd
import plain
import pytest
from marks import BOTH
from plain import PlainClassifier

import skdense

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
DEFAULTS = [skdense.DenseNetClassifier, skdense.DenseNetRegressor]
CLASSES = [*DEFAULTS, plain.PlainClassifier, plain.PlainRegressor]
both = pytest.mark.parametrize("cls", DEFAULTS)
each = pytest.mark.parametrize(
    "cls", CLASSES, ids=lambda cls: f"{cls.__module__.split('.')[0]}.{cls.__name__}"
)


def fitted(cls):
    """A small model with the table and the target that it is fitted to."""
    rng, n = np.random.RandomState(0), 60
    X = pd.DataFrame({"size": rng.lognormal(size=n), "age": rng.standard_normal(n)})
    if cls in DEFAULTS:
        X["city"] = pd.Categorical(rng.choice(["Bergen", "Oslo", "Tromsø"], n))
        X.loc[::7, "age"], X.loc[3::11, "city"] = np.nan, None
    y = rng.standard_normal(n)
    if issubclass(cls, skdense.DenseNetClassifier):
        y = np.where(y > 0, "yes", "no")
    return cls(n_estimators=4, max_iter=3, random_state=0).fit(X, y), X, y


def predicting(model):
    return getattr(model, "predict_proba", model.predict)


def assert_same(one, other, X):
    np.testing.assert_array_equal(predicting(one)(X), predicting(other)(X))


def type_name(cls):
    return f"{cls.__module__}.{cls.__name__}"


def through_pickle(model, path, protocol):
    return pickle.loads(pickle.dumps(model, protocol))


def through_pickle_with_buffers(model, path):
    buffers = []
    content = pickle.dumps(model, 5, buffer_callback=buffers.append)
    return pickle.loads(content, buffers=[bytes(buffer) for buffer in buffers])


def through_joblib(model, path, mmap_mode=None):
    joblib.dump(model, path)
    return joblib.load(path, mmap_mode)


def through_skops(model, path):
    io = pytest.importorskip("skops.io")
    io.dump(model, path)
    return io.load(path, trusted=io.get_untrusted_types(file=path))


HOMES = {
    **{f"pickle {i}": partial(through_pickle, protocol=i) for i in range(2, 6)},
    "pickle and buffers": through_pickle_with_buffers,
    "cloudpickle": lambda model, path: pickle.loads(cloudpickle.dumps(model)),
    "joblib": through_joblib,
    "joblib, mapped": partial(through_joblib, mmap_mode="r"),
    "deepcopy": lambda model, path: deepcopy(model),
    "skops": through_skops,
}


@pytest.mark.parametrize("home", HOMES)
@each
def test_a_model_predicts_and_goes_on_as_before(cls, home, tmp_path):
    model, X, y = fitted(cls)
    other = HOMES[home](model, tmp_path / "model")
    assert repr(other) == repr(model)
    assert other.network_ is other.networks_[0]
    assert_same(other, model, X)
    assert_same(other.partial_fit(X, y), model.partial_fit(X, y), X)
    assert_same(other.fit(X, y), model.fit(X, y), X)


@each
def test_a_deep_copy_shares_nothing(cls):
    model, X, y = fitted(cls)
    before, copy = predicting(model)(X), deepcopy(model)
    copy.partial_fit(X, y)
    assert not np.array_equal(predicting(copy)(X), before)
    for network in deepcopy(model).networks_:
        network.params.fill(0)
    np.testing.assert_array_equal(predicting(model)(X), before)


OF_MAIN = """
import pickle, sys
from dataclasses import dataclass
import cloudpickle, numpy as np, skdense
from skdense.engine import Activation

@dataclass(frozen=True)
class Softsign(Activation):
    def evaluate(self, z, out, slope, spare):
        np.abs(z, out=spare)
        spare += 1
        np.divide(z, spare, out=out)
        np.power(spare, -2, out=slope)

X, y = pickle.load(sys.stdin.buffer)
settings = {"n_estimators": 2, "max_iter": 3, "random_state": 0}
model = skdense.DenseNetRegressor(activation=Softsign(), **settings).fit(X, y)
sys.stdout.buffer.write(pickle.dumps((cloudpickle.dumps(model), model.predict(X))))
"""


@pytest.mark.whole
def test_cloudpickle_carries_an_activation_of_ones_own():
    _, X, y = fitted(skdense.DenseNetRegressor)
    data = pickle.dumps((X, y))
    run = subprocess.run([sys.executable, "-c", OF_MAIN], input=data, stdout=-1, check=True)
    content, expected = pickle.loads(run.stdout)
    model = pickle.loads(content)
    np.testing.assert_array_equal(model.predict(X), expected)
    assert not np.array_equal(model.partial_fit(X, y).predict(X), expected)


@both
def test_a_pickle_is_not_much_more_than_its_parameters(cls):
    model, *_ = fitted(cls)
    n_bytes = sum(network.params.nbytes for network in model.networks_)
    assert len(pickle.dumps(model)) < n_bytes + 20_000


@both
def test_threads_predict_the_same(cls):
    model, X, _ = fitted(cls)
    X = pd.concat([X] * 10)  # enough for threads of its own
    expected = predicting(model)(X)
    with ThreadPoolExecutor(4) as pool:
        for prediction in pool.map(predicting(model), [X] * 16):
            np.testing.assert_array_equal(prediction, expected)


# since Python 3.12, where threads of other tests still live
@pytest.mark.whole
@pytest.mark.filterwarnings(
    "ignore:This process .* is multi-threaded, use of fork:DeprecationWarning"
)
@pytest.mark.parametrize("method", get_all_start_methods())
def test_processes_predict_and_fit_the_same(method):
    models = [fitted(cls) for cls in CLASSES]  # which takes threads
    with get_context(method).Pool(1) as pool:
        for model, X, y in models:
            there = pool.apply_async(predicting(model), [X]).get(timeout=60)
            np.testing.assert_array_equal(there, predicting(model)(X))
            assert_same(pool.apply_async(model.fit, (X, y)).get(timeout=60), model, X)


FORKED = """
import os, signal
import numpy as np, skdense
from skdense.engine.threads import one_blas_thread

X = np.random.RandomState(0).standard_normal((2000, 20))
model = skdense.DenseNetRegressor(n_estimators=2, max_iter=2, random_state=0).fit(X, X[:, 0])
with one_blas_thread:
    one_blas_thread.lock.acquire()
    child = os.fork()
    if child == 0:
        signal.alarm(30)  # what waits for ever ends by that
        model.predict(X)
        os._exit(one_blas_thread.n_users)
    one_blas_thread.lock.release()
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.whole
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_while_another_thread_predicts_does_not_wait_for_it():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    subprocess.run(command, check=True, timeout=120)


@each
def test_skops_has_to_trust_the_estimator_alone(cls):
    io = pytest.importorskip("skops.io")
    model, X, _ = fitted(cls)
    content = io.dumps(model)
    assert io.get_untrusted_types(data=content) == [type_name(cls)]
    assert_same(io.loads(content, trusted=[cls]), model, X)


# of MLflow's own types, as it is imported
@pytest.mark.whole
@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType:UserWarning")
@pytest.mark.parametrize(
    "settings",
    [{"serialization_format": "cloudpickle"}, {"serialization_format": "skops"}],
    ids=lambda settings: settings["serialization_format"],
)
@both
def test_mlflow_saves_and_loads(cls, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    mlflow = pytest.importorskip("mlflow.sklearn")
    model, X, _ = fitted(cls)
    if settings["serialization_format"] == "skops":
        pytest.importorskip("skops")
        settings = settings | {"skops_trusted_types": [type_name(cls)]}
    # requirements of its own finding take seconds
    mlflow.save_model(model, tmp_path / "model", pip_requirements=["skdense"], **settings)
    assert_same(mlflow.load_model(tmp_path / "model"), model, X)


AUTOLOG = """
import pickle, sys
import mlflow
from sklearn.pipeline import make_pipeline

model, X, y = pickle.load(sys.stdin.buffer)
mlflow.set_tracking_uri(sys.argv[1])
mlflow.sklearn.autolog(log_datasets=False)
with mlflow.start_run() as run:
    pipeline = make_pipeline(model).fit(X, y)
data = mlflow.get_run(run.info.run_id).data
assert data.params["densenetregressor__max_iter"] == "3"
assert data.metrics["training_score"] == pipeline.score(X, y)
loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
assert (loaded.predict(X) == pipeline.predict(X)).all()
"""


@pytest.mark.whole
def test_mlflow_logs_a_fit_by_itself(tmp_path, monkeypatch):
    # in a process of its own, as it changes classes of scikit-learn
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    pytest.importorskip("mlflow")
    command = [sys.executable, "-c", AUTOLOG, (tmp_path / "runs").as_uri()]
    env = {**os.environ, "MLFLOW_ALLOW_FILE_STORE": "true"}
    data = pickle.dumps(fitted(skdense.DenseNetRegressor))
    run = subprocess.run(command, input=data, env=env, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.pitfall(32)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("early_stopping", [False, True])
@BOTH
def test_a_pickle_holds_no_table_and_a_small_optimizer(cls, early_stopping, method, rng):
    # fastai 2945: 80 MB
    X, y = rng.standard_normal((5000, 20)), rng.randint(2, size=5000)
    val = {"X_val": X, "y_val": y, "sample_weight_val": np.ones(5000)}
    net = cls((50,), max_iter=2, early_stopping=early_stopping, scoring="loss", random_state=0)
    net.set_params(dtype="float32")
    classes = {"classes": [0, 1]} if (method, cls) == ("partial_fit", PlainClassifier) else {}
    getattr(net, method)(X, y, np.ones(5000), **val, **classes)
    # a stream goes on, from two moments and its best parameters
    n_vectors = 1 if method == "fit" else 3 + early_stopping
    # 100 rows for explanations, and at most 1,000 numbers for intervals
    few = 100 * X[0].nbytes + (method == "fit") * 8_000
    assert len(pickle.dumps(net)) < n_vectors * net.network_.params.nbytes + few + 12_000
    assert net.network_.params.nbytes < X.nbytes / 100
