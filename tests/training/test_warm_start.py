"""warm_start: what goes on, what starts anew, what is refused."""

import pickle

import numpy as np
import pytest
from marks import BOTH
from plain import PlainClassifier, PlainRegressor
from sklearn.exceptions import ConvergenceWarning

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def params_of(estimator):
    return estimator.network_.params


@pytest.mark.pitfall(13)
@pytest.mark.parametrize(
    "settings", [{}, {"solver": "sgd"}, {"dropout": 0.3}, {"learning_rate": "invscaling"}]
)
@pytest.mark.parametrize("through_pickle", [False, True])
def test_k_fits_of_one_epoch_are_one_fit_of_k_epochs(wine, settings, through_pickle):
    X, y = wine
    common = {"batch_size": 50, "random_state": 0, **settings}
    whole = PlainClassifier(max_iter=5, n_iter_no_change=np.inf, **common).fit(X, y)
    steps = PlainClassifier(max_iter=1, warm_start=True, **common)
    for _ in range(5):
        steps.fit(X, y)
        if through_pickle:
            steps = pickle.loads(pickle.dumps(steps))
    np.testing.assert_array_equal(params_of(steps), params_of(whole))
    assert steps.t_ == whole.t_


def test_fitting_anew_forgets_everything(wine):
    X, y = wine
    again = PlainClassifier(max_iter=5, random_state=0).fit(X[:, :5], y % 2)
    again.partial_fit(X[:, :5], y % 2)
    again.fit(X, y)
    fresh = PlainClassifier(max_iter=5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(params_of(again), params_of(fresh))
    assert again.t_ == fresh.t_


@pytest.mark.pitfall(10)
def test_warm_start_resets_patience_and_best_score(wine):
    X, y = wine
    settings = {"early_stopping": True, "warm_start": True, "random_state": 0}
    net = PlainClassifier(max_iter=30, learning_rate_init=0.01, **settings).fit(X, y)
    assert net.best_validation_score_ > 0.9
    # flipped labels: the old best score would end the second fit at once
    net.set_params(max_iter=300).fit(X, 2 - y)
    assert net.n_iter_ > 5
    assert net.score(X, 2 - y) > 0.9


@pytest.mark.pitfall(12)
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"hidden_layer_sizes": (5,)}, r"^hidden_layer_sizes .* from .* to \(5,\). Change"),
        ({"activation": "tanh"}, "^activation changed .* to 'tanh'. Change"),
        (
            {"activation": "tanh", "dropout": 0.5},
            "^activation changed .* to 'tanh', and dropout changed .* to 0.5. Change",
        ),
        ({"feature_scaling": None}, "feature_scaling changed .* from 'standard' to None"),
        ({"dtype": "float32"}, "dtype changed"),
        ({"output_activation": "logistic"}, "output_activation changed"),
    ],
)
def test_warm_start_refuses_another_architecture(wine, changed, named):
    X, y = wine
    net = PlainClassifier(max_iter=2, warm_start=True, random_state=0).fit(X, y)
    before = params_of(net).copy()
    with pytest.raises(ValueError, match=named):
        net.set_params(**changed).fit(X, y)
    np.testing.assert_array_equal(params_of(net), before)


@pytest.mark.pitfall(12)
@pytest.mark.parametrize(
    "settings",
    [
        {"solver": "lbfgs"},
        {"solver": "sgd"},
        {"beta_1": 0.5},
        {"early_stopping": True},
        {"learning_rate_init": 0.1},
        {"ema_decay": 0.9},
    ],
)
def test_warm_start_goes_on_with_other_training_settings(wine, settings):
    X, y = wine
    net = PlainClassifier(max_iter=20, warm_start=True, random_state=0).fit(X, y)
    before, loss = params_of(net).copy(), net.loss_
    changed = pickle.loads(pickle.dumps(net)).set_params(max_iter=5, **settings).fit(X, y)
    same = net.set_params(max_iter=5).fit(X, y)
    assert changed.loss_curve_[0] < 1.2 * loss
    assert not np.array_equal(params_of(changed), before)
    assert not np.array_equal(params_of(changed), params_of(same))


def test_reaching_max_iter_warns_unless_the_schedule_ends_there(wine, recwarn):
    X, y = wine
    with pytest.warns(ConvergenceWarning, match="max_iter=3"):
        PlainClassifier(max_iter=3, random_state=0).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="L-BFGS ended after 2 iterations"):
        PlainClassifier(max_iter=2, solver="lbfgs", random_state=0).fit(X, y)
    recwarn.clear()
    PlainClassifier(max_iter=3, learning_rate="cosine", random_state=0).fit(X, y)
    assert not recwarn.list


@pytest.mark.pitfall(12)
@pytest.mark.parametrize("changed", [{"loss": "poisson"}, {"target_scaling": None}])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_changed_unit_of_the_target_is_refused(changed, method, wine):
    X, y = wine
    net = PlainRegressor(max_iter=2, warm_start=True, random_state=0).fit(X, y)
    with pytest.raises(ValueError, match=f"{next(iter(changed))} changed since the first fit"):
        getattr(net.set_params(**changed), method)(X, y)


@pytest.mark.pitfall(16)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_pickle_does_not_grow_with_the_fits(early_stopping, wine):
    # scikit-learn 19959
    X, y = wine
    settings = {"warm_start": True, "early_stopping": early_stopping, "random_state": 0}
    net, sizes = PlainClassifier(max_iter=3, **settings), []
    for _ in range(8):
        sizes.append(len(pickle.dumps(net.fit(X, y))))
        sizes.append(len(pickle.dumps(net.partial_fit(X, y, X_val=X, y_val=y))))
    # numbers such as t_ take a byte more when they are large
    assert max(sizes[4::2]) - sizes[2] < 50
    assert max(sizes[5::2]) - sizes[3] < 50


@pytest.mark.pitfall(17)
@pytest.mark.parametrize(("first", "then"), [(1, 2), (2, 1), (3, 2)])
@BOTH
def test_a_warm_start_refuses_another_number_of_outputs(cls, first, then, wine):
    X, Y = wine[0], np.column_stack([wine[1] % 2] * 3)
    net = cls(max_iter=2, warm_start=True, random_state=0).fit(X, Y[:, :first])
    before = dict(vars(net))
    with pytest.raises(ValueError, match=f"y has {then} outputs, but {first} at the first fit"):
        net.fit(X, Y[:, :then])
    assert dict(vars(net)) == before
