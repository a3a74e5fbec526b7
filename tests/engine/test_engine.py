"""The engine's parts, each against a formula or a promise of its own."""

import pickle
from copy import deepcopy

import numpy as np
import pytest
from scipy import sparse

from skdense.engine import (
    SCHEDULES,
    SGD,
    Adam,
    Adaptive,
    Constant,
    Cosine,
    CosLog,
    Custom,
    Data,
    Dense,
    DivergenceError,
    Dropout,
    Epoch,
    InverseScaling,
    Monitor,
    Network,
    OneCycle,
    Plan,
    Progress,
    RegressionLoss,
    Relu,
    Schedule,
    SquaredError,
    Stopping,
    Tanh,
    TrainState,
    WarmUp,
    Workspace,
    minimize_lbfgs,
    train,
)
from skdense.engine.kernels.sparse_products import add_product, add_transposed_product
from skdense.engine.network import CHUNK
from skdense.engine.optim.plan import Pace
from skdense.engine.training.batches import Gather, batches_of

FOREVER = {"patience": np.inf, "tol": 0.0}


def small_network(rng, dtype=np.float64):
    network = Network([Dense(6), Tanh(), Dense(4), Relu(), Dense(2)], 3, dtype)
    network.initialize(rng)
    return network


def data_for(rng, n_rows=40, dtype=np.float64):
    X = rng.standard_normal((n_rows, 3)).astype(dtype)
    return Data(X, np.column_stack([X[:, 0], X[:, 1] * X[:, 2]]).astype(dtype))


# network


def test_parameters_are_one_vector_with_coefficients_first(rng):
    network = small_network(rng)
    arrays = [views[name] for name in ("coef", "intercept") for views in network.views if views]
    np.testing.assert_array_equal(network.params, np.concatenate([a.ravel() for a in arrays]))
    assert network.n_penalized == 3 * 6 + 6 * 4 + 4 * 2
    for array in arrays:
        assert np.shares_memory(array, network.params)


@pytest.mark.parametrize("copier", [deepcopy, lambda n: pickle.loads(pickle.dumps(n))])
def test_copies_have_views_of_their_own_vector(rng, copier):
    network, X = small_network(rng), rng.standard_normal((4, 3))
    before = network.forward(X)
    copy = copier(network)
    copy.params += 1.0
    for views in filter(None, copy.views):
        assert np.shares_memory(views["coef"], copy.params)
    assert not np.allclose(copy.forward(X), before)
    np.testing.assert_array_equal(network.forward(X), before)


def test_forward_in_chunks_equals_the_formula(rng):
    network, X = small_network(rng), rng.standard_normal((2 * CHUNK + 7, 3))
    first, second, third = (views for views in network.views if views)
    hidden = np.tanh(X @ first["coef"] + first["intercept"])
    hidden = np.maximum(hidden @ second["coef"] + second["intercept"], 0)
    expected = hidden @ third["coef"] + third["intercept"]
    np.testing.assert_allclose(network.forward(X), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_table_in_another_dtype_is_refused(container, rng):
    network = Network([Dense(2)], 3, np.float32)
    X = container(rng.standard_normal((40, 3)))
    with pytest.raises(TypeError, match="X must be in the network's float32, got float64"):
        network.forward(X)
    state, y = TrainState(network, Adam(), rng), np.zeros((40, 2), np.float32)
    with pytest.raises(TypeError, match="X must be in the network's float32, got float64"):
        train([state], Data(X, y), SquaredError(), Plan(10, 1), Stopping(**FOREVER))


@pytest.mark.parametrize("order", ["C", "F"])
def test_tables_that_are_not_contiguous_give_the_same(order, rng):
    network, X = small_network(rng), rng.standard_normal((40, 6))
    X = np.asarray(X, order=order)[:, ::2]
    np.testing.assert_array_equal(network.forward(X), network.forward(X.copy()))


def test_forward_and_backward_leave_the_input_alone(rng):
    network = Network([Relu(), Dropout(0.5), Dense(2)], 3)
    network.initialize(rng)
    data = data_for(rng)
    before = data.X.copy()
    network.forward(data.X)
    Workspace(network, rng).loss_and_gradient(data.X, data.y, None, SquaredError())
    np.testing.assert_array_equal(data.X, before)


def test_gradients_of_shards_add_up(rng):
    network, data = small_network(rng), data_for(rng)
    workspace = Workspace(network)
    whole = workspace.loss_and_gradient(data.X, data.y, None, SquaredError())
    gradient, value, total = workspace.grads.copy(), 0.0, np.zeros_like(network.params)
    for shard in data.slices(13):
        value += workspace.loss_and_gradient(shard.X, shard.y, None, SquaredError())
        total += workspace.grads
    assert value == pytest.approx(whole, rel=1e-13)
    np.testing.assert_allclose(total, gradient, rtol=1e-10, atol=1e-13)


# batches


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_batches_hand_out_every_row_once_in_order(rng, container):
    X = rng.standard_normal((10, 2))
    data = Data(container(X), np.arange(10.0)[:, None], np.arange(10.0))
    gather, order = Gather(data, 4), rng.permutation(10)
    seen = []
    for batch in batches_of(10, 4):
        taken, y, weight = gather(order[batch])
        rows = weight.astype(int).tolist()
        np.testing.assert_array_equal(y[:, 0], rows)
        taken = taken.toarray() if sparse.issparse(taken) else taken
        np.testing.assert_array_equal(taken, X[rows])
        seen += rows
        assert np.shares_memory(gather(batch)[1], data.y)
    assert seen == order.tolist()
    assert batches_of(10, 4) == [slice(0, 4), slice(4, 8), slice(8, 10)]


@pytest.mark.parametrize(
    ("n_rows", "batch_size", "sizes"),
    [
        (10, 4, [3, 3, 4]),
        (9, 4, [3, 3, 3]),
        (5, 2, [2, 3]),
        (3, 1, [3]),
        (1, 1, [1]),
        (7, 100, [7]),
    ],
)
def test_even_batches_have_no_short_one(n_rows, batch_size, sizes):
    batches = batches_of(n_rows, batch_size, even=True)
    assert [batch.stop - batch.start for batch in batches] == sizes
    assert [row for batch in batches for row in range(n_rows)[batch]] == list(range(n_rows))


def test_columns_of_another_length_are_refused(rng):
    X = rng.standard_normal((10, 2))
    with pytest.raises(ValueError, match="y has 9 rows, and X has 10"):
        Data(X, X[:9])
    with pytest.raises(ValueError, match="weight has 9 rows, and X has 10"):
        Data(X, X, np.ones(9))
    with pytest.raises(ValueError, match="batch_size and max_iter must be at least 1"):
        Plan(batch_size=0, max_iter=1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("container", [sparse.csr_array, sparse.csr_matrix, sparse.csc_array])
def test_sparse_products_are_added_to_what_is_there(container, index, dtype, rng):
    table = rng.standard_normal((7, 5)) * (rng.uniform(size=(7, 5)) < 0.4)
    x = container(table.astype(dtype))
    x.indices, x.indptr = x.indices.astype(index), x.indptr.astype(index)
    coef, delta = rng.standard_normal((5, 3)).astype(dtype), np.ones((7, 3), dtype)
    out, grads = np.ones((7, 3), dtype), np.full((5, 3), 2, dtype)
    add_product(x, coef, out)
    add_transposed_product(x, delta, grads)
    np.testing.assert_allclose(out, 1 + table @ coef, rtol=1e-5)
    np.testing.assert_allclose(grads, 2 + table.T @ delta, rtol=1e-5, atol=1e-6)
    for n_columns in (4, 6, 100_000):
        other = container(np.ones((7, n_columns), dtype))
        with pytest.raises(ValueError, match=rf"shape \(7, {n_columns}\) and an array of shape"):
            add_product(other, coef, out)
        with pytest.raises(ValueError, match=rf"shape \({n_columns}, 7\) and an array of shape"):
            add_transposed_product(other, delta, grads)
    with pytest.raises(ValueError, match="out must be contiguous"):
        add_product(x, coef, np.ones((7, 6), dtype)[:, ::2])


# optimizers


def test_adam_follows_algorithm_1_of_the_paper(rng):
    params, mine = rng.standard_normal((2, 20))
    mine[:] = params
    m, v, adam = np.zeros(20), np.zeros(20), Adam(0.8, 0.95, epsilon=1e-3)
    adam.prepare(mine)
    for t in range(1, 30):
        g = rng.standard_normal(20)
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g**2
        params -= 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-3)
        adam.step(mine, g, 0.01)
    np.testing.assert_allclose(mine, params, rtol=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_sgd_follows_its_formula(rng, nesterov):
    params, mine = rng.standard_normal((2, 20))
    mine[:] = params
    velocity, sgd = np.zeros(20), SGD(0.7, nesterov)
    sgd.prepare(mine)
    for _ in range(10):
        g = rng.standard_normal(20)
        velocity = 0.7 * velocity - 0.1 * g
        params += 0.7 * velocity - 0.1 * g if nesterov else velocity
        sgd.step(mine, g, 0.1)
    np.testing.assert_allclose(mine, params, rtol=1e-12)


# schedules


def test_schedules_have_the_known_values():
    assert InverseScaling(0.5)(Progress(n_seen=99)) == pytest.approx(0.1)
    assert Adaptive()(Progress(n_plateaus=2)) == pytest.approx(1 / 25)
    assert Cosine()(Progress(fraction=0.5)) == pytest.approx(0.5)
    assert Custom(lambda done: 1 - done)(Progress(fraction=0.25)) == 0.75
    # 1e-3, 2e-4, 4e-5, 8e-6, 1.6e-6, 3.2e-7: five fifths until it is 1e-6 or less
    assert Adaptive().n_plateaus(1e-3) == 5
    assert Adaptive().n_plateaus(1e-7) == 0


def test_coslog4_has_the_values_of_its_formula():
    # four waves, each twice as long as the last: their tops and ends
    rates = [CosLog()(Progress(fraction=(2**cycle - 1) / 15)) for cycle in np.arange(9) / 2]
    np.testing.assert_allclose(rates, [0, 1] * 4 + [0], atol=1e-12)
    done = 0.3
    formula = 0.5 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * done)))
    assert CosLog()(Progress(fraction=done)) == pytest.approx(formula, rel=1e-12)


def test_coslog4_rests_at_the_ends_of_its_waves():
    schedule = CosLog()
    assert schedule.rests(15) == {1, 3, 7, 15}
    assert schedule.rests(64) == {4, 13, 30, 64}
    assert schedule.rests(1) == {1}
    assert CosLog(2).rests(9) == {3, 9}
    # where its rate is next to nothing
    for n_epochs in (15, 64, 300):
        for number in schedule.rests(n_epochs):
            assert schedule(Progress(fraction=number / n_epochs)) < 0.03
    others = [name for name in SCHEDULES if name != "coslog4"]
    assert all(list(SCHEDULES[name]().rests(9)) == list(range(1, 10)) for name in others)


def test_the_stopping_looks_only_where_the_schedule_rests(rng):
    class Watched(Stopping):
        def update(self, epoch, vectors):
            seen.append(epoch.number)
            super().update(epoch, vectors)

    for schedule, expected in ((CosLog(), [1, 3, 7, 15]), (Cosine(), list(range(1, 16)))):
        seen, state = [], TrainState(small_network(rng), Adam(), rng)
        plan = Plan(batch_size=20, max_iter=15, schedule=schedule)
        epochs = train([state], data_for(rng), SquaredError(), plan, Watched(**FOREVER))
        assert len(epochs) == 15
        assert seen == expected
    # so that patience counts waves
    state, stopping = TrainState(small_network(rng), Adam(), rng), Stopping(2, 1e9)
    plan = Plan(batch_size=20, max_iter=15, schedule=CosLog())
    assert len(train([state], data_for(rng), SquaredError(), plan, stopping)) == 7


def test_the_pace_of_a_step_follows_three_schedules():
    plan = Plan(
        batch_size=1,
        max_iter=1,
        learning_rate_init=0.1,
        weight_decay=0.5,
        schedule=Custom(lambda done: 1 - done),
        decay_schedule=Custom(lambda done: done),
        dropout_schedule=Custom(lambda done: 4 * done),
    )
    pace = plan.pace(Progress(fraction=0.2))
    assert pace == pytest.approx((0.08, 0.08 * 0.5 * 0.2, 0.8))
    assert isinstance(pace, Pace)
    # at most in full
    assert plan.pace(Progress(fraction=0.5)).dropout == 1.0
    assert Plan(1, 1).pace(Progress()) == (0.001, 0.0, 1.0)


def test_one_cycle_rises_to_one_and_falls_to_nothing():
    rates = [OneCycle()(Progress(fraction=done)) for done in (0, 0.15, 0.3, 0.65, 1)]
    np.testing.assert_allclose(rates, [0.04, 0.52, 1, 0.500002, 4e-6], rtol=1e-9)


def test_warm_up_rises_then_hands_over():
    by_share = WarmUp(0.2)
    rates = [by_share(Progress(fraction=done)) for done in (0, 0.1, 0.2, 0.6, 1)]
    np.testing.assert_allclose(rates, [0, 0.5, 1, 0.5, 0], atol=1e-12)
    by_steps = WarmUp(4, InverseScaling(0.5))
    rates = [by_steps(Progress(n_steps=n, n_seen=3)) for n in (0, 1, 3, 4, 90)]
    np.testing.assert_allclose(rates, [0.125, 0.25, 0.5, 0.5, 0.5])
    assert WarmUp(np.int64(4), InverseScaling(0.5))(Progress(n_steps=1, n_seen=3)) == 0.25
    assert by_share.needs_end
    assert not by_steps.needs_end
    assert WarmUp(4, Adaptive()).n_plateaus(1e-3) == 5


@pytest.mark.parametrize("optimizer", [Adam, SGD])
@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_reaches_every_optimizer(name, optimizer, rng):
    schedule, rates = SCHEDULES[name](), []

    class Watched(optimizer):
        def begin_step(self, learning_rate):
            rates.append(learning_rate)
            return super().begin_step(learning_rate)

    plan = Plan(batch_size=10, max_iter=3, learning_rate_init=0.1, schedule=schedule)
    state = TrainState(small_network(rng), Watched(), rng)
    train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))
    expected = [
        0.1 * schedule(Progress(fraction=step / 12, n_seen=40 * (step // 4), n_steps=step))
        for step in range(12)
    ]
    np.testing.assert_allclose(rates, expected, rtol=1e-12)
    assert state.n_steps == 12


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf, None, "fast"])
def test_a_schedule_of_ones_own_has_to_return_a_rate(value, rng):
    class Wrong(Schedule):
        def __call__(self, progress):
            return value

    plan = Plan(batch_size=20, max_iter=1, schedule=Wrong())
    state = TrainState(small_network(rng), Adam(), rng)
    with pytest.raises(ValueError, match="learning_rate must return a number of at least 0"):
        train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))


def test_warm_up_by_steps_goes_on_over_a_stream(rng):
    rates = []

    class Watched(Adam):
        def begin_step(self, learning_rate):
            rates.append(learning_rate)
            return super().begin_step(learning_rate)

    plan = Plan(batch_size=20, max_iter=1, learning_rate_init=1.0, schedule=WarmUp(5, Constant()))
    state = TrainState(small_network(rng), Watched(), rng)
    for _ in range(4):
        train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))
    np.testing.assert_allclose(rates, [0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1])


def test_a_schedule_is_asked_at_every_step_from_zero_on(rng):
    asked = []
    plan = Plan(batch_size=10, max_iter=3, schedule=Custom(lambda f: asked.append(f) or 1.0))
    state = TrainState(small_network(rng), Adam(), rng)
    train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))
    np.testing.assert_allclose(asked, np.arange(12) / 12)


# stopping


def over_after(stopping, losses):
    """Whether training is over after each epoch of these losses."""
    seen = []
    for number, loss in enumerate(losses, 1):
        stopping.update(Epoch(number, loss), [np.zeros(1)])
        seen.append(stopping.is_over)
    return seen


def test_patience_counts_the_epochs_without_improvement():
    stopping = Stopping(patience=3, tol=10.0)
    assert over_after(stopping, [4, 3, 2, 1]) == [False] * 3 + [True]


def test_plateaus_restart_patience():
    stopping = Stopping(patience=2, tol=0.1, n_plateaus=1)
    assert over_after(stopping, [0.0] * 5) == [False] * 4 + [True]
    assert stopping.n_plateaus_seen == 2


def test_the_best_parameters_come_back():
    stopping, params = Stopping(patience=9, tol=0.0, early=True), np.zeros(2)
    for number, score in enumerate((0.1, 0.9, 0.4), 1):
        params += 1
        stopping.update(Epoch(number, 1.0, 1.0, score), [params])
    stopping.restore([params])
    np.testing.assert_array_equal(params, [2, 2])
    assert (stopping.best, stopping.best_number) == (0.9, 2)


def test_all_that_goes_with_the_best_parameters_comes_back():
    stopping, vectors = Stopping(patience=9, tol=0.0, early=True), [np.zeros(2), np.zeros(2)]
    for number, score in enumerate((0.9, 0.1), 1):
        vectors[0] += 1
        vectors[1] -= 1
        stopping.update(Epoch(number, 1.0, 1.0, score), vectors)
    stopping.restore(vectors)
    np.testing.assert_array_equal(vectors, [[1, 1], [-1, -1]])


def test_averages_that_were_not_there_get_the_parameters_of_their_network():
    # of two networks; the averages came after the best epoch
    stopping, params = (
        Stopping(patience=9, tol=0.0, early=True),
        [np.full(2, 1.0), np.full(2, 2.0)],
    )
    stopping.update(Epoch(1, 1.0, 1.0, 0.9), params)
    vectors = [np.zeros(2) for _ in range(4)]
    stopping.restore(vectors)
    np.testing.assert_array_equal(vectors, [[1, 1], [2, 2], [1, 1], [2, 2]])


def test_early_stopping_needs_a_score():
    with pytest.raises(ValueError, match="validation score"):
        Stopping(patience=1, tol=0.0, early=True).update(Epoch(1, 0.5), [np.zeros(1)])


def test_the_best_epoch_restores_once_and_goes_on():
    first = Stopping(patience=9, tol=0.0, early=True)
    first.update(Epoch(1, 1.0, 1.0, 0.5), [np.ones(2)])
    later = Stopping(patience=9, tol=0.0, early=True)
    later.go_on_from(first)
    later.update(Epoch(1, 1.0, 1.0, 0.4), [np.zeros(2)])
    assert (later.best, later.best_number, later.n_no_change) == (0.5, None, 1)
    params = np.zeros(2)
    later.restore([params])
    np.testing.assert_array_equal(params, [1, 1])


# monitors


class Diary(Monitor):
    def __init__(self, last):
        self.lines, self.last = [], last

    def epoch_begins(self, number):
        self.lines.append(number)

    def epoch_ends(self, epoch):
        self.lines.append(epoch)
        return epoch.number == self.last


def test_a_monitor_is_told_of_each_epoch_and_may_end_the_training(rng):
    state, diary = TrainState(small_network(rng), Adam(), rng), Diary(last=2)
    plan, data = Plan(batch_size=10, max_iter=5), data_for(rng)
    epochs = train(
        [state], data, SquaredError(), plan, Stopping(**FOREVER), lambda: (0.5, 0.25), diary
    )
    assert diary.lines == [1, epochs[0], 2, epochs[1]]
    assert (epochs[1].validation_loss, epochs[1].score) == (0.5, 0.25)
    network, diary = small_network(rng), Diary(last=3)
    epochs, trouble = minimize_lbfgs(network, data, SquaredError(), monitor=diary)
    assert diary.lines == [1, epochs[0], 2, epochs[1], 3, epochs[2]]
    assert trouble is None


# training


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_lowers_the_loss_in_its_dtype(rng, dtype):
    network, data = small_network(rng, dtype), data_for(rng, 200, dtype)
    state = TrainState(network, Adam(), rng)
    plan = Plan(batch_size=32, max_iter=60, learning_rate_init=0.02)
    epochs = train([state], data, SquaredError(), plan, Stopping(**FOREVER))
    assert epochs[-1].loss < 0.1 * epochs[0].loss
    assert network.params.dtype == dtype
    assert state.n_seen == 200 * 60


def test_a_generator_serves_as_source_of_randomness():
    losses = []
    for _ in range(2):
        rng = np.random.default_rng(5)
        network = Network([Dense(8), Relu(), Dropout(0.2), Dense(2)], 3)
        network.initialize(rng)
        data = data_for(np.random.RandomState(0))
        plan = Plan(batch_size=8, max_iter=4)
        stopping = Stopping(**FOREVER)
        epochs = train([TrainState(network, Adam(), rng)], data, SquaredError(), plan, stopping)
        losses.append([epoch.loss for epoch in epochs])
    assert losses[0] == losses[1]


def test_weight_decay_is_decoupled_from_the_gradient(rng):
    network = small_network(rng)
    start = network.params.copy()
    still = Data(np.zeros((4, 3)), network.forward(np.zeros((4, 3))))  # no gradient but decay
    plan = Plan(batch_size=4, max_iter=1, learning_rate_init=0.1, weight_decay=0.5)
    state = TrainState(network, SGD(momentum=0), rng)
    train([state], still, SquaredError(), plan, Stopping(**FOREVER))
    n = network.n_penalized
    np.testing.assert_allclose(network.params[:n], start[:n] * (1 - 0.1 * 0.5), rtol=1e-12)
    np.testing.assert_array_equal(network.params[n:], start[n:])


def test_weight_decay_follows_a_schedule_of_its_own(rng):
    network = small_network(rng)
    start = network.params.copy()
    still = Data(np.zeros((4, 3)), network.forward(np.zeros((4, 3))))  # no gradient but decay
    decay = Custom(lambda done: done)
    plan = Plan(4, 2, learning_rate_init=0.1, weight_decay=0.5, decay_schedule=decay)
    state = TrainState(network, SGD(momentum=0), rng)
    train([state], still, SquaredError(), plan, Stopping(**FOREVER))
    n = network.n_penalized
    np.testing.assert_allclose(network.params[:n], start[:n] * (1 - 0.05 * 0.5), rtol=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_dropout_acts_at_the_strength_of_its_schedule(share):
    def params(rate, strength):
        rng = np.random.RandomState(0)
        network = Network([Dense(30), Tanh(), Dropout(rate), Dense(2)], 3)
        network.initialize(rng)
        schedule = Custom(lambda done: strength)
        plan = Plan(10, 3, shuffle=False, dropout_schedule=schedule)
        state, data = TrainState(network, Adam(), rng), data_for(np.random.RandomState(1))
        train([state], data, SquaredError(), plan, Stopping(**FOREVER))
        return network.params

    np.testing.assert_allclose(params(0.4, share), params(0.4 * share, 1.0), rtol=1e-9)
    assert not np.allclose(params(0.4, share), params(0.2 + 0.4 * share, 1.0))


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_state_with_rows_trains_on_these_alone(container, shuffle):
    data, rows = data_for(np.random.RandomState(1)), np.arange(2, 40, 3)
    data.X[np.setdiff1d(range(40), rows)] = np.nan
    weight = np.where(np.isnan(data.X[:, 0]), 1e300, 1.0 + np.arange(40) % 4)
    all_rows = Data(container(data.X), data.y, weight)
    own = Data(container(data.X[rows]), data.y[rows], weight[rows])
    results = []
    for given, mine in ((all_rows, rows), (own, None)):
        rng = np.random.RandomState(0)
        state = TrainState(small_network(rng), Adam(), rng, rows=mine)
        plan = Plan(batch_size=5, max_iter=3, shuffle=shuffle)
        epochs = train([state], given, SquaredError(), plan, Stopping(**FOREVER))
        assert (state.n_seen, state.n_steps) == (39, 9)
        results.append((state.network.params, [epoch.loss for epoch in epochs]))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


def test_several_states_train_as_each_alone():
    def states():
        for seed in range(4):
            rng = np.random.RandomState(seed)
            yield TrainState(small_network(rng), Adam(), rng, rows=np.arange(seed, 40))

    data, plan = data_for(np.random.RandomState(9)), Plan(batch_size=7, max_iter=3)
    together, alone = list(states()), list(states())
    epochs = train(together, data, SquaredError(), plan, Stopping(**FOREVER))
    apart = [train([s], data, SquaredError(), plan, Stopping(**FOREVER)) for s in alone]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one.network.params, other.network.params, rtol=1e-12)
        assert (one.n_seen, one.n_steps) == (other.n_seen, other.n_steps)
    losses = np.mean([[epoch.loss for epoch in own] for own in apart], axis=0)
    np.testing.assert_allclose([epoch.loss for epoch in epochs], losses, rtol=1e-12)


def test_moments_that_overflow_are_no_training(rng):
    # the steps would be zero from then on, without a word
    data = data_for(rng, dtype=np.float32)
    huge = Data((1e25 * data.X).astype(np.float32), data.y)
    network = Network([Dense(2)], 3, np.float32)
    network.initialize(rng)
    network.params *= 1e-25

    class Linear(RegressionLoss):
        def rows(self, raw, y, gradient_out):
            gradient_out[...] = 1
            return raw.sum(axis=1)

    state = TrainState(network, Adam(), rng)
    with pytest.raises(DivergenceError, match="epoch 1"):
        train([state], huge, Linear(), Plan(batch_size=10, max_iter=3), Stopping(**FOREVER))


def test_divergence_names_the_epoch(rng):
    plan = Plan(batch_size=10, max_iter=50, learning_rate_init=1e30)
    state = TrainState(small_network(rng), SGD(), rng)
    with pytest.raises(
        DivergenceError, match=r"diverged at epoch \d+: .* Lower learning_rate_init"
    ):
        train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))


def test_training_without_an_optimizer_says_so(rng):
    state = TrainState(small_network(rng), None, rng)
    with pytest.raises(TypeError, match="optimizer"):
        train([state], data_for(rng), SquaredError(), Plan(1, 1), Stopping(**FOREVER))


def test_the_size_of_the_weights_does_not_matter(rng):
    losses = []
    for weight in (None, np.ones(40), np.full(40, 100.0)):
        data = data_for(np.random.RandomState(1))
        data = Data(data.X, data.y, weight)
        state = TrainState(
            small_network(np.random.RandomState(0)), Adam(), np.random.RandomState(2)
        )
        plan = Plan(batch_size=7, max_iter=3)
        epochs = train([state], data, SquaredError(), plan, Stopping(**FOREVER))
        losses.append([epoch.loss for epoch in epochs])
        by_lbfgs, _ = minimize_lbfgs(state.network, data, SquaredError(), max_iter=2)
        losses[-1] += [epoch.loss for epoch in by_lbfgs]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    np.testing.assert_allclose(losses[2], losses[0], rtol=1e-9)


# L-BFGS


def test_lbfgs_solves_least_squares(rng):
    X, y = rng.standard_normal((50, 3)), rng.standard_normal((50, 2))
    network = Network([Dense(2)], 3)
    network.initialize(rng)
    epochs, trouble = minimize_lbfgs(network, Data(X, y), SquaredError(), tol=1e-10)
    expected, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(50)]), y, rcond=None)
    np.testing.assert_allclose(network.views[0]["coef"], expected[:3], atol=1e-6)
    np.testing.assert_allclose(network.views[0]["intercept"], expected[3], atol=1e-6)
    assert trouble is None
    assert [epoch.number for epoch in epochs] == list(range(1, len(epochs) + 1))


def test_lbfgs_adds_up_large_data_in_parts(rng, monkeypatch):
    results = []
    for chunk in (7, 4096):
        monkeypatch.setattr("skdense.engine.training.lbfgs.CHUNK", chunk)
        network = small_network(np.random.RandomState(0))
        data = data_for(np.random.RandomState(1), 50)
        epochs, _ = minimize_lbfgs(network, data, SquaredError(), alpha=0.1, max_iter=5)
        results.append([epoch.loss for epoch in epochs])
    np.testing.assert_allclose(*results, rtol=1e-10)


def test_lbfgs_says_why_it_ended_early(rng):
    _, trouble = minimize_lbfgs(small_network(rng), data_for(rng), SquaredError(), max_iter=1)
    assert "LIMIT" in trouble.upper()


def test_lbfgs_at_a_minimum_has_one_epoch(rng):
    network = small_network(rng)
    X = rng.standard_normal((5, 3))
    epochs, trouble = minimize_lbfgs(network, Data(X, network.forward(X)), SquaredError())
    assert [epoch.loss for epoch in epochs] == [0.0]
    assert trouble is None


def test_lbfgs_with_infinite_loss_diverges(rng):
    network = small_network(rng)
    network.params[:] = 1e200
    with pytest.raises(DivergenceError, match="L-BFGS"):
        minimize_lbfgs(network, data_for(rng), SquaredError())
