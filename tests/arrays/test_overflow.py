"""Numbers at the ends of what float32 and float64 hold."""

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from small_tables import SPARSE, X, Y

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("unit", [1e155, 1e160, 1e200, 1e-170])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_variance_that_float64_cannot_hold_is_refused(unit, container):
    table = X.copy()
    table[:, 1] *= unit
    with pytest.raises(ValueError, match="X cannot be standardized: the variance of column 1"):
        PlainClassifier().fit(container(table), Y)
    with pytest.raises(ValueError, match="y cannot be standardized: the variance of column 0"):
        PlainRegressor().fit(X, X[:, 0] * unit)


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("unit", [1e-30, 1.0, 1e25])
def test_float32_has_the_scales_of_float64(unit):
    # squares of such numbers are none in float32
    nets = [
        PlainClassifier((), solver="lbfgs", alpha=1, random_state=0).fit(container(table), Y)
        for table in (SPARSE * unit, (SPARSE * unit).astype(np.float32))
        for container in (np.asarray, sparse.csr_array)
    ]
    for net, like in ((nets[2], nets[0]), (nets[3], nets[1])):
        np.testing.assert_allclose(net.coefs_[0], like.coefs_[0], rtol=1e-3)


def test_numbers_beyond_float32_are_refused_where_it_computes():
    big = np.random.RandomState(0).standard_normal((1000, 2)) * 1e40
    for table in (big, sparse.csr_array(big)):
        with pytest.raises(ValueError, match="X is beyond the range of float32.*dtype='float64'"):
            PlainRegressor(feature_scaling=None, dtype="auto").fit(table, big[:, 0] / 1e40)
    with pytest.raises(ValueError, match="y is beyond the range of float32.*dtype='float64'"):
        PlainRegressor(target_scaling=None, dtype="auto").fit(big, big[:, 0])


def test_a_float64_target_keeps_its_digits_with_a_float32_table():
    y = 1e9 + X[:, 0]
    net = PlainRegressor(solver="lbfgs", random_state=0).fit(X.astype(np.float32), y)
    assert net.score(X.astype(np.float32), y) > 0.99
    huge = PlainRegressor(random_state=0).fit(X.astype(np.float32), y * 1e40)
    assert np.isfinite(huge.predict(X.astype(np.float32))).all()


@pytest.mark.parametrize("offset", [0.0, 1.0, -3e3, 1e6])
def test_scaling_in_float32_is_as_exact_as_in_float64(offset, rng):
    # whole numbers, which float32 holds exactly where a mean of theirs may not be
    table = (offset + rng.randint(-50, 50, size=(301, 4))).astype(np.float32)
    net = PlainRegressor(max_iter=2).fit(table, table[:, 0])
    scaled = net._predictor.columns.transform(table, np.dtype(np.float32))
    exact = StandardScaler().fit_transform(table.astype(np.float64))
    np.testing.assert_allclose(scaled, exact, rtol=3e-6, atol=3e-7)


def test_scaling_has_room_for_the_largest_numbers_of_float32():
    table = np.tile([[-3.3e38], [3.3e38]], (20, 1)).astype(np.float32)
    net = PlainRegressor(max_iter=2).fit(table, np.tile([0.0, 1.0], 20))
    assert np.isfinite(net.predict(table)).all()
