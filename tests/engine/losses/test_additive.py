"""The scale on which explanations add up, and its gradient for the outputs of networks."""

import numpy as np
import pytest
from scipy.special import expit, log_softmax, logit, softmax

from skdense.engine import REGRESSION_LOSSES, Focal, LogLoss, Quantile

LOSSES = {
    **{name: (loss, loss.n_raw(2)) for name, loss in REGRESSION_LOSSES.items()},
    "quantiles": (Quantile([0.1, 0.5, 0.7, 0.9]), 8),
    "logistic": (LogLoss().logistic(), 3),
    "focal, logistic": (Focal().logistic(), 1),
    "softmax": (LogLoss().softmax((3,)), 3),
    "softmax of two outputs": (LogLoss().softmax((3, 2)), 5),
}


@pytest.mark.parametrize("n_networks", [1, 3])
@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_is_that_of_finite_differences(name, n_networks, rng):
    loss, n_raw = LOSSES[name]
    raws, step = rng.standard_normal((n_networks, 4, n_raw)), 1e-6
    for i in range(loss.additive(raws).shape[1]):
        gradient, wanted = loss.additive_gradient(raws, i), np.empty_like(raws)
        for m, column in np.ndindex(n_networks, n_raw):
            move = np.zeros_like(raws)
            move[m, :, column] = step
            change = loss.additive(raws + move) - loss.additive(raws - move)
            wanted[m, :, column] = change[:, i] / (2 * step)
        np.testing.assert_allclose(gradient, wanted, atol=1e-7)


def test_it_is_the_mean_prediction_on_the_scale_of_the_link(rng):
    raws = rng.standard_normal((3, 4, 2))
    found = {name: LOSSES[name][0].additive(raws) for name in ("squared_error", "poisson")}
    np.testing.assert_allclose(found["squared_error"], raws.mean(axis=0))
    np.testing.assert_allclose(found["poisson"], np.log(np.exp(raws).mean(axis=0)))
    np.testing.assert_allclose(LOSSES["gaussian"][0].additive(raws)[:, 0], raws[..., 0].mean(0))
    log_odds = logit(expit(raws).mean(axis=0))
    np.testing.assert_allclose(LOSSES["logistic"][0].additive(raws), log_odds)
    log_p = np.log(softmax(raws, axis=2).mean(axis=0))
    two = LogLoss().softmax((2,))
    np.testing.assert_allclose(two.additive(raws), log_p)
    np.testing.assert_allclose(two.additive(raws[:1]), log_softmax(raws[0], axis=1))


@pytest.mark.parametrize("size", [-200, 200])
@pytest.mark.parametrize("name", ["logistic", "softmax", "poisson"])
def test_sure_networks_have_finite_gradients(name, size):
    loss, n_raw = LOSSES[name]
    raws = np.full((2, 1, n_raw), size, np.float32)
    raws[0, 0, 0] = -size
    assert np.isfinite(loss.additive_gradient(raws, 0)).all()
