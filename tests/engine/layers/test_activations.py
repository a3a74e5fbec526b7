"""Activations against their formulas, and what every activation promises."""

import numpy as np
import pytest
from layers import LAYERS, frame_for, run
from losses import ELEMENTWISE
from scipy.special import softmax

from skdense.engine import ACTIVATIONS, Elu
from skdense.engine.layers.activations import Parametric


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_activations_predict_with_the_values_of_training(name, dtype, rng):
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


def test_parametric_activation_follows_its_formula(rng):
    g = ACTIVATIONS["selu"]
    frame = frame_for(Parametric(g), rng.standard_normal((7, 4)), rng)
    Parametric(g).forward(frame)
    x, share, value = frame.x, frame.params["fraction"], np.empty((7, 4))
    g.evaluate(x, value, np.empty((7, 4)), np.empty((7, 4)))
    np.testing.assert_allclose(frame.out, (1 - share) * x + share * value, rtol=1e-12)


def test_parametric_relu_is_the_prelu():
    frame = frame_for(LAYERS["relu"], np.array([[-2.0, 3.0]]), np.random.RandomState(0))
    frame.params["fraction"][...] = 0.75
    LAYERS["relu"].forward(frame)
    np.testing.assert_allclose(frame.out, [[-0.5, 3]])
