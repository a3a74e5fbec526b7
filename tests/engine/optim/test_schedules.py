"""Schedules against their formulas, and what every schedule promises."""

import pickle

import numpy as np
import pytest

from skdense.engine import (
    SCHEDULES,
    Adaptive,
    Cosine,
    CosLog,
    Custom,
    InverseScaling,
    OneCycle,
    Progress,
    WarmUp,
)


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


def test_coslog4_takes_snapshots_at_the_ends_of_its_waves():
    schedule = CosLog()
    assert schedule.snapshot_epochs(15) == {1, 3, 7, 15}
    assert schedule.snapshot_epochs(64) == {4, 13, 30, 64}
    assert schedule.snapshot_epochs(1) == {1}
    assert CosLog(2).snapshot_epochs(9) == {3, 9}
    # where its rate is next to nothing
    for n_epochs in (15, 64, 300):
        for number in schedule.snapshot_epochs(n_epochs):
            assert schedule(Progress(fraction=number / n_epochs)) < 0.03
    others = [name for name in SCHEDULES if name != "coslog4"]
    assert all(list(SCHEDULES[name]().snapshot_epochs(9)) == list(range(1, 10)) for name in others)


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
