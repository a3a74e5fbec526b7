"""What every loss promises, also one of one's own."""

import numpy as np
import pytest
from losses import FOR_CLASSES, LOSSES, n_raw_for, target_for


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("weighted", [False, True])
def test_loss_gradient_by_central_differences(name, weighted, rng):
    loss = LOSSES[name]
    raw = rng.standard_normal((6, n_raw_for(loss)))
    y, weight = target_for(loss, 6, 3, rng), rng.uniform(0.1, 2, 6) if weighted else None
    gradient, spare, step = np.empty_like(raw), np.empty_like(raw), 1e-6
    loss.value_and_gradient(raw, y, weight, gradient)
    for index in np.ndindex(raw.shape):
        shift = np.zeros_like(raw)
        shift[index] = step
        after = loss.value_and_gradient(raw + shift, y, weight, spare)
        before = loss.value_and_gradient(raw - shift, y, weight, spare)
        assert gradient[index] == pytest.approx((after - before) / (2 * step), rel=1e-6, abs=1e-8)


@pytest.mark.pitfall(22)
@pytest.mark.parametrize("name", LOSSES)
def test_weights_are_repetitions(name, rng):
    loss, weight = LOSSES[name], np.array([0.0, 1.0, 3.0, 2.0])
    raw = rng.standard_normal((4, n_raw_for(loss)))
    y, repeats = target_for(loss, 4, 3, rng), weight.astype(int)
    gradient, repeated = np.empty_like(raw), np.empty((6, raw.shape[1]))
    value = loss.value_and_gradient(raw, y, weight, gradient)
    same = loss.value_and_gradient(raw.repeat(repeats, 0), y.repeat(repeats, 0), None, repeated)
    assert value == pytest.approx(same, rel=1e-14)
    np.testing.assert_allclose(gradient.sum(0), repeated.sum(0), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", LOSSES)
def test_loss_keeps_float32(name, rng):
    loss = LOSSES[name]
    raw = rng.standard_normal((4, n_raw_for(loss))).astype(np.float32)
    y = target_for(loss, 4, 3, rng)
    y = y if y.dtype.kind == "i" else y.astype(np.float32)
    assert loss.rows(raw, y, np.empty_like(raw)).dtype == np.float32
    assert loss.inverse_link(raw).dtype == np.float32


@pytest.mark.pitfall(27)
@pytest.mark.parametrize("name", FOR_CLASSES)
def test_log_probabilities_stay_finite(name):
    loss = LOSSES[name]
    raw = np.full((1, n_raw_for(loss)), -800.0)
    raw[0, 0] = 800.0
    log_p = loss.log_inverse_link(raw)
    assert np.isfinite(log_p).all()
    np.testing.assert_allclose(np.exp(log_p), loss.inverse_link(raw), atol=1e-300)
