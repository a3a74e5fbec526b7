"""Every registered activation, loss, optimizer and schedule keeps its contract."""

import pickle

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from skdense.engine import (
    ACTIVATIONS,
    CLASSIFICATION_LOSSES,
    NORMALIZATIONS,
    OPTIMIZERS,
    REGRESSION_LOSSES,
    SCHEDULES,
    SGD,
    Activation,
    Dense,
    Dropout,
    Elu,
    Frame,
    LogisticLoss,
    Progress,
    Quantile,
    SoftmaxLoss,
    Tweedie,
)

LOSSES = {
    **REGRESSION_LOSSES,
    "three quantiles": Quantile((0.1, 0.5, 0.9)),
    "inverse gaussian": Tweedie(3.0),
}
for its_name, its_loss in CLASSIFICATION_LOSSES.items():
    LOSSES[f"logistic {its_name}"] = its_loss.logistic()
    LOSSES[f"logistic {its_name}, smooth"] = its_loss.logistic(0.1)
    LOSSES[f"softmax {its_name}"] = its_loss.softmax((3,))
    LOSSES[f"softmax {its_name}, smooth"] = its_loss.softmax((3,), 0.1)
    LOSSES[f"softmax {its_name} of two"] = its_loss.softmax((2, 3))
FOR_CLASSES = [name for name, loss in LOSSES.items() if hasattr(loss, "log_inverse_link")]
ELEMENTWISE = [name for name, layer in ACTIVATIONS.items() if isinstance(layer, Activation)]


def target_for(loss, n_rows, n_outputs, rng):
    if isinstance(loss, SoftmaxLoss):
        return np.column_stack([rng.randint(n, size=n_rows) for n in loss.n_classes])
    if isinstance(loss, LogisticLoss):
        return rng.randint(2, size=(n_rows, n_outputs)).astype(float)
    # zeros, where the loss takes them
    return rng.poisson(2.0, (n_rows, n_outputs)) + getattr(loss, "power", 0.0) // 2


def n_raw_for(loss):
    if isinstance(loss, SoftmaxLoss):
        return sum(loss.n_classes)
    return 3 if isinstance(loss, LogisticLoss) else loss.n_raw(3)


def run(layer, z, *, in_place, rng=None, is_training=True):
    x = z.copy()
    out = x if in_place else np.empty_like(z)
    params = {name: np.empty(shape, z.dtype) for name, shape in layer.shapes(z.shape[1]).items()}
    layer.initialize(params, np.random.RandomState(0))
    frame = Frame(params, x, out, layer.scratch(z.shape, z.dtype), rng, is_training)
    frame.grads = {name: np.full_like(values, np.nan) for name, values in params.items()}
    layer.forward(frame)
    return frame


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_prediction_has_the_values_of_training(name, dtype, rng):
    z = np.append(4 * rng.standard_normal((6, 5)), [[np.nan, np.inf, -np.inf, 0, -0.0]], axis=0)
    for in_place in (False, True):
        with np.errstate(invalid="ignore"):
            predicted, trained = (
                run(ACTIVATIONS[name], z.astype(dtype), in_place=in_place, is_training=training)
                for training in (False, True)
            )
        # an infinity may come out as NaN where a slope is computed with it
        np.testing.assert_array_equal(predicted.out[:6], trained.out[:6])
        assert np.isnan(predicted.out[6, 0])


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slope_is_the_derivative(name):
    z = np.array([[-30.0, -5.0, -1.1, -0.3, 1e-3, 0.4, 1.2, 6.0, 19.9, 20.1, 30.0]])
    step = 1e-6
    slope = run(ACTIVATIONS[name], z, in_place=False).scratch["slope"]
    after = run(ACTIVATIONS[name], z + step, in_place=False).out
    before = run(ACTIVATIONS[name], z - step, in_place=False).out
    np.testing.assert_allclose(slope, (after - before) / (2 * step), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "formula"),
    {
        "identity": lambda z: z,
        "relu": lambda z: np.maximum(z, 0),
        "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
        "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
        "selu": lambda z: (
            1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(z) - 1))
        ),
        "silu": lambda z: z / (1 + np.exp(-z)),
        "mish": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
        "softplus": lambda z: np.log(1 + np.exp(z)),
        "tanh": lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
        "logistic": lambda z: 1 / (1 + np.exp(-z)),
        "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
        # as they start
        "parametric_relu": lambda z: np.maximum(z, 0),
        "parametric_selu": lambda z: (
            1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(z) - 1))
        ),
        "parametric_mish": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
    }.items(),
)
def test_values_follow_the_textbook(name, formula):
    z = np.linspace(-4, 4, 16).reshape(2, 8)
    np.testing.assert_allclose(
        run(ACTIVATIONS[name], z, in_place=False).out, formula(z), rtol=1e-12
    )


def test_gelu_has_the_known_values():
    # z * Phi(z) from a table of the normal distribution
    z = np.array([[-1.0, 0.0, 1.0, 2.0]])
    expected = [[-0.15865525393145707, 0.0, 0.8413447460685429, 1.9544997361036416]]
    np.testing.assert_allclose(
        run(ACTIVATIONS["gelu"], z, in_place=False).out, expected, rtol=1e-14
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_elu_is_exact_to_the_last_bits_near_zero(dtype):
    z = -np.logspace(-30, 1, 200, dtype=dtype)[None]
    out = run(ACTIVATIONS["elu"], z, in_place=False).out
    np.testing.assert_allclose(out, np.expm1(z), rtol=5 * np.finfo(dtype).eps)


@pytest.mark.parametrize("constants", [{"alpha": -1.0}, {"scale": 0.0}], ids=repr)
def test_elu_takes_no_constants_that_turn_its_sign(constants):
    with pytest.raises(ValueError, match=f"{next(iter(constants))} must be a number in"):
        Elu(**constants)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_in_place_equals_out_of_place_in_either_dtype(name, dtype, rng):
    layer, z = ACTIVATIONS[name], rng.standard_normal((5, 4)).astype(dtype)
    results = []
    for in_place in (False, True):
        frame = run(layer, z, in_place=in_place)
        frame.d_out = np.linspace(-1, 1, z.size, dtype=dtype).reshape(z.shape)
        frame.d_in = frame.d_out if in_place else np.empty_like(z)
        layer.backward(frame)
        results.append((frame.out, frame.d_in, *frame.grads.values()))
        assert frame.out.dtype == frame.d_in.dtype == dtype
    for apart, together in zip(*results, strict=True):
        np.testing.assert_array_equal(apart, together)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_inputs_give_no_nan(name):
    z = np.array([[-1e4, -700.0, -90.0, 0.0, 90.0, 700.0, 1e4]])
    for dtype in (np.float32, np.float64):
        with np.errstate(over="ignore", under="ignore"):
            frame = run(ACTIVATIONS[name], z.astype(dtype), in_place=False)
        assert np.isfinite(frame.out).all()
        assert np.isfinite(frame.scratch.get("slope", frame.out)).all()


def test_softmax_backward_is_the_full_jacobian(rng):
    z, d_out = rng.standard_normal((2, 3, 4))
    frame = run(ACTIVATIONS["softmax"], z, in_place=False)
    frame.d_out, frame.d_in = d_out, np.empty_like(z)
    ACTIVATIONS["softmax"].backward(frame)
    for row in range(3):
        s = softmax(z[row])
        jacobian = np.diag(s) - np.outer(s, s)
        np.testing.assert_allclose(frame.d_in[row], jacobian @ d_out[row], rtol=1e-12)


def test_dropout_keeps_the_mean_and_masks_the_gradient():
    layer, x = Dropout(0.3), np.ones((400, 500))
    frame = run(layer, x, in_place=False, rng=np.random.RandomState(0))
    assert set(np.unique(frame.out)) == {0.0, 2**16 / (2**16 - round(0.3 * 2**16))}
    assert abs((frame.out == 0).mean() - 0.3) < 0.005
    assert abs(frame.out.mean() - 1) < 0.01
    frame.d_out, frame.d_in = np.ones_like(x), np.empty_like(x)
    layer.backward(frame)
    np.testing.assert_array_equal(frame.d_in, frame.out)
    np.testing.assert_array_equal(run(layer, x, in_place=False).out, x)


def test_dense_starts_within_glorots_bound():
    layer = Dense(40)
    params = {name: np.empty(shape) for name, shape in layer.shapes(20).items()}
    layer.initialize(params, np.random.default_rng(0))
    bound = np.sqrt(6 / 60)
    for values in params.values():
        assert 0.9 * bound < np.abs(values).max() <= bound


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


def test_softmax_loss_of_two_choices_is_the_sum_of_two(rng):
    raw, y = (
        rng.standard_normal((7, 5)),
        np.column_stack([rng.randint(2, size=7), rng.randint(3, size=7)]),
    )
    rows = LOSSES["softmax log_loss of two"].rows(raw, y, np.empty_like(raw))
    parts = -log_softmax(raw[:, :2], axis=1)[range(7), y[:, 0]]
    parts -= log_softmax(raw[:, 2:], axis=1)[range(7), y[:, 1]]
    np.testing.assert_allclose(rows, parts, rtol=1e-12)


@pytest.mark.parametrize(
    "make",
    [*OPTIMIZERS.values(), lambda: SGD(momentum=0.0), lambda: SGD(nesterov=False)],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_optimizer_goes_downhill_in_the_dtype_of_the_parameters(make, dtype):
    optimizer = make()
    # more parameters than one block holds
    params = np.linspace(-1, 1, 40_000, dtype=dtype)
    optimizer.prepare(params)
    start = np.abs(params).sum()
    for _ in range(20):
        optimizer.step(params, params.copy(), 0.01)
    assert params.dtype == dtype
    assert np.abs(params).sum() < start


@pytest.mark.parametrize("make", OPTIMIZERS.values())
def test_optimizer_goes_on_exactly_after_a_pickle(make, rng):
    optimizer = make()
    params, grads = rng.standard_normal((2, 50))
    optimizer.prepare(params)
    optimizer.step(params, grads.copy(), 0.1)
    copy, copied = pickle.loads(pickle.dumps((optimizer, params)))
    for one, vector in ((optimizer, params), (copy, copied)):
        one.prepare(vector)
        one.step(vector, grads.copy(), 0.1)
    np.testing.assert_array_equal(params, copied)


@pytest.mark.parametrize(
    "part",
    [
        *ACTIVATIONS.values(),
        *NORMALIZATIONS.values(),
        *LOSSES.values(),
        *(make() for make in OPTIMIZERS.values()),
    ],
    ids=repr,
)
def test_parts_are_equal_to_their_pickles(part):
    assert pickle.loads(pickle.dumps(part)) == part


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_is_a_pure_function_between_0_and_1(name):
    schedule = SCHEDULES[name]()
    for fraction in (0.0, 0.04, 0.5, 0.999):
        progress = Progress(fraction=fraction, n_seen=99, n_plateaus=2)
        assert 0 <= schedule(progress) == schedule(progress) <= 1
    assert schedule == pickle.loads(pickle.dumps(schedule))


def test_flat_cosine_falls_in_the_second_half():
    schedule = SCHEDULES["flat_cosine"]()
    rates = [schedule(Progress(fraction=fraction)) for fraction in (0, 0.5, 0.75, 1)]
    assert schedule.needs_end
    np.testing.assert_allclose(rates, [1, 1, 0.5, 0], atol=1e-15)
