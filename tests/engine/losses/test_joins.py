"""How a loss joins the outputs of several networks."""

import numpy as np
import pytest

from skdense.engine import CLASSIFICATION_LOSSES, REGRESSION_LOSSES, Gaussian, Quantile, Tweedie

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
LOSSES = {
    **REGRESSION_LOSSES,
    "three quantiles": Quantile((0.1, 0.5, 0.9)),
    "two quantiles": Quantile((0.1, 0.5)),
    "inverse gaussian": Tweedie(3.0),
}


for its_name, its_loss in CLASSIFICATION_LOSSES.items():
    LOSSES[f"logistic {its_name}"] = its_loss.logistic()
    LOSSES[f"logistic {its_name}, one-vs-rest"] = its_loss.logistic(0.1, 3)
    LOSSES[f"softmax {its_name}"] = its_loss.softmax((3,))
    LOSSES[f"softmax {its_name} of two"] = its_loss.softmax((2, 3), 0.1)


def raws_for(loss, rng, n_networks, dtype=np.float64):
    if hasattr(loss, "n_classes"):
        n_raw = sum(loss.n_classes)
    else:
        n_raw = loss.n_raw(2) if hasattr(loss, "n_raw") else 3
    return (2 * rng.standard_normal((n_networks, 7, n_raw))).astype(dtype)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("n_networks", [1, 2, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_joined_predictions_are_the_mean(name, n_networks, dtype, rng):
    loss = LOSSES[name]
    raws = raws_for(loss, rng, n_networks, dtype)
    before = raws.copy()
    joined = loss.join(raws)
    assert (joined.shape, joined.dtype) == (raws[0].shape, dtype)
    np.testing.assert_array_equal(raws, before)
    expected = np.mean([loss.inverse_link(raw.astype(float)) for raw in raws], axis=0)
    tolerance = 200 * np.finfo(dtype).eps
    np.testing.assert_allclose(
        loss.inverse_link(joined), expected, rtol=tolerance, atol=tolerance / 10
    )


@pytest.mark.parametrize("name", [name for name in LOSSES if " " in name and "log" in name])
def test_joined_logarithms_are_finite_where_probabilities_vanish(name, rng):
    loss = LOSSES[name]
    if hasattr(loss, "log_inverse_link"):
        joined = loss.join(400 * raws_for(loss, rng, 3))
        assert np.isfinite(joined).all()
        assert np.isfinite(loss.log_inverse_link(joined)).all()


def test_joined_normal_distributions_are_a_mixture(rng):
    loss = Gaussian(min_std=0.01)
    raws = raws_for(loss, rng, 4)
    means, stds = (np.array([of(raw) for raw in raws]) for of in (loss.inverse_link, loss.std))
    variance = (stds**2 + means**2).mean(axis=0) - means.mean(axis=0) ** 2
    np.testing.assert_allclose(loss.std(loss.join(raws)), np.sqrt(variance), rtol=1e-9)


def test_joined_quantiles_do_not_cross(rng):
    loss = Quantile((0.1, 0.3, 0.5, 0.9))
    joined = loss.inverse_link(loss.join(30 * raws_for(loss, rng, 3)))
    assert (np.diff(joined, axis=2) >= 0).all()
