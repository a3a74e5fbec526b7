"""The procedure of a fit on a cluster, from Dask collections to a training on their workers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np
from distributed import Future

from skdense._input.rows import Rows
from skdense._input.weights import check_total_weight
from skdense._prediction.validation import HELD_OUT, Validation
from skdense._settings.auto import Call
from skdense._settings.parameters import Parameters, is_a_name
from skdense._settings.resolve import resolve
from skdense._settings.rules import check_parameters
from skdense._settings.settings import Settings
from skdense._training.fit_state import FitState
from skdense._training.fitting import Fit
from skdense._training.pace import Pace
from skdense._training.tables import Tables
from skdense._training.trainer import ADAPT_ROWS, Trainer
from skdense.dask.blocks import Preparation, some_rows
from skdense.dask.cluster import Cluster
from skdense.dask.learning import prepare_rows
from skdense.dask.parts import Parts
from skdense.dask.rows import Counts, Weighting, rows_together
from skdense.dask.training import Itinerary, Training, n_lanes
from skdense.engine import Data, Monitor
from skdense.engine.training.loop import prepare

# Rows held out to validate on, which the client gets: more tell little more of a network.
MOST_HELD_OUT = 50_000


@dataclass(frozen=True)
class DaskFit(Fit):
    """A fit whose rows stay on the workers; `data` are some of them.

    Attributes
    ----------
    training : Training
    """

    training: Training = field(kw_only=True)

    def _train(self, monitor: Monitor) -> str | None:
        state = self.state
        epochs = self.training.run(state.stopping, self._validate(), monitor)
        state.epochs = epochs
        state.stopping.restore(state.trainer.vectors)
        return state.still_improving()


def begin(estimator: Parameters, bare: Parameters, tables: Tables, cluster: Cluster) -> DaskFit:
    """Return a fit that is ready to train; `bare` is the estimator without its client."""
    _check(estimator)
    parts = Parts.of(estimator, bare, tables.training, cluster)
    given = parts.validation_rows(tables.validation)
    counts = parts.counts()
    weighter, call = _call(estimator, parts, counts, has_validation=given is not None)
    settings = resolve(estimator, parts.target, call)
    fraction = _fraction(settings, call.n_rows)
    # all networks hold out the same rows: there are enough, and they tell of the mean as well
    settings = replace(settings, stopping=replace(settings.stopping, holds_out=False))
    first = Rows(counts.seen, np.empty(0), None)  # type: ignore[arg-type]  # instead of a table
    trainer = Trainer.new(estimator, settings, first, parts.reader.table, parts.target)
    if counts.has_weights or estimator._class_weight is not None:
        trainer.weight_scale = float(weighter(counts.as_rows()).weights().sum() / call.n_rows)
    seed = int.from_bytes(trainer.states[0].rng.bytes(4), "little")
    weighting = Weighting(parts.target, weighter, trainer.weight_scale, fraction, seed)
    preparation = prepare_rows(parts, weighting, trainer.predictor)
    if given is not None:
        validations = [Validation.of_given(given, trainer.predictor, weighter)]
    elif fraction:
        validations = [_held_out(parts, preparation)]
    else:
        validations = []
    state = FitState(trainer, settings, settings.stopping.begin(), [], call.n_rows)
    return _with_blocks(estimator, parts, preparation, state, validations)


def _with_blocks(
    estimator: Parameters,
    parts: Parts,
    preparation: Preparation,
    state: FitState,
    validations: list[Validation],
) -> DaskFit:
    """Make the blocks, and fit the initial parameters to some of their rows."""
    cluster, trainer, settings = parts.cluster, state.trainer, state.settings
    made = parts.each(Preparation.block, preparation)
    sizes = cluster.gather([cluster.submit(_n_rows, block) for block in made])
    blocks = [block for block, size in zip(made, sizes, strict=True) if size]
    n_rows = [size for size in sizes if size]
    # workers may free what only the blocks were made of
    parts.rows.clear()
    data, plan = _some(cluster, blocks, n_rows, preparation), trainer.plan(settings)
    trainer.adapt(settings, data)
    for one in trainer.states:
        prepare(one, data, plan, is_new=False)
        # weights have mean 1
        one.total_weight, one.n_weighed = float(sum(n_rows)), sum(n_rows)
    itinerary = Itinerary(n_rows, plan.batch_size, n_lanes(sum(n_rows), len(blocks)))
    loss = trainer.predictor.target.loss
    training = Training(cluster, blocks, itinerary, trainer.states, loss, plan)
    pace = Pace(plan.max_iter)
    return DaskFit(estimator, state, data, validations, pace, training=training)


def _check(estimator: Parameters) -> None:
    """Raise ValueError for parameters that are invalid, or not for a cluster."""
    check_parameters(estimator)
    if is_a_name(estimator.solver, "lbfgs"):
        raise ValueError(
            "solver='lbfgs' needs all rows at each step, which a cluster does not have in one "
            "place; use solver='adam', or the estimator of skdense itself."
        )
    if estimator.warm_start:
        raise ValueError(
            "warm_start=True does not work on a cluster; use warm_start=False, or go on with "
            "partial_fit of to_local()."
        )
    if estimator.max_seconds is not None:
        raise ValueError(
            f"max_seconds={estimator.max_seconds} does not work on a cluster, whose speed one "
            "machine cannot measure; set max_iter, the number of epochs."
        )


def _call(
    estimator: Parameters, parts: Parts, counts: Counts, *, has_validation: bool
) -> tuple[Callable[[Rows], Rows], Call]:
    """Return what multiplies weights by class weights, and what "auto" depends on."""
    totals, n_levels = counts.as_rows(), parts.reader.table.n_levels
    weighter = parts.target.weighter(estimator._class_weight, totals)
    # those of classes of weight 0 count as absent
    weights = weighter(totals).weights()
    check_total_weight(weights)
    is_there = weights > 0
    call = Call(
        n_rows=int(counts.rows_of[is_there].sum()),
        x_dtype=counts.dtype,
        n_numeric=counts.seen.shape[1] - int(np.count_nonzero(n_levels)),
        is_sparse=False,
        strata=parts.target.strata(totals.y[is_there]),
        has_validation=has_validation,
        is_stream=False,
        before={},
    )
    return weighter, call


def _fraction(settings: Settings, n_rows: int) -> float:
    """Return the fraction of the rows that is held out."""
    if not settings.stopping.holds_out:
        return 0.0
    fraction = settings.stopping.validation_fraction
    if fraction == 0:
        raise ValueError(
            "early_stopping=True with validation_fraction=0 has no rows to validate on; raise "
            "validation_fraction, or give X_val and y_val."
        )
    return min(fraction, MOST_HELD_OUT / n_rows)


def _held_out(parts: Parts, preparation: Preparation) -> Validation:
    """Return the validation of all networks on the rows held out of all partitions."""
    weighting, predictor = preparation.weighting, preparation.predictor
    futures = parts.each(Weighting.held_out, weighting)
    rows = parts.cluster.result(parts.cluster.together(rows_together, futures))
    if len(rows.y) == 0:
        raise ValueError(
            f"early_stopping=True with a fraction of {weighting.fraction} holds out no rows; give "
            "more rows, X_val and y_val, or set early_stopping=False."
        )
    validation = Validation.of_given(rows, predictor, weighting.weighter)
    return replace(validation, origin=HELD_OUT)


def _some(
    cluster: Cluster, blocks: list[Future], n_rows: list[int], preparation: Preparation
) -> Data:
    """Return rows of all blocks, about as many as initial parameters are fitted to."""
    seed, share = preparation.weighting.seed, ADAPT_ROWS / sum(n_rows)
    futures = [
        cluster.submit(some_rows, block, ceil(share * n), [seed, i])
        for i, (block, n) in enumerate(zip(blocks, n_rows, strict=True))
    ]
    X = np.concatenate(cluster.gather(futures))
    return Data(X, np.zeros(len(X)))


def _n_rows(block: Data) -> int:
    return block.n_rows
