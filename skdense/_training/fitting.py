"""The procedure of a fit, from unchecked tables to fitted attributes."""

from copy import copy, deepcopy
from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator

from skdense._input.features import learn_X
from skdense._input.rows import Given, Rows
from skdense._prediction.background import background_of
from skdense._prediction.calibration import fit_inverse_temperature
from skdense._prediction.conformal import held_out_scores
from skdense._prediction.predictor import Predictor
from skdense._prediction.validation import Validation, validator
from skdense._settings.auto import Call
from skdense._settings.parameters import Parameters
from skdense._settings.resolve import resolve
from skdense._settings.rules import check_parameters
from skdense._settings.settings import Settings
from skdense._table.table import Table
from skdense._target.base import Target
from skdense._target.labels import Classes
from skdense._training.attributes import fitted_attributes, resolved_params
from skdense._training.budget import Budget, Timetable
from skdense._training.callbacks import FitMonitor, Reporter
from skdense._training.fit_state import FitState
from skdense._training.pace import Pace
from skdense._training.tables import CheckedTables, Tables, WeightedRows
from skdense._training.trainer import Trainer
from skdense.engine import Data, Monitor
from skdense.engine.training.loop import Validate


@dataclass(frozen=True)
class Fit:
    """A call of `fit`, `resume` or `partial_fit`, ready to train.

    Attributes
    ----------
    estimator : Parameters
        The estimator, which gets the fitted attributes.
    state : FitState
    data : Data
        The rows in the form that the networks take.
    validations : list of Validation
    pace : Pace
    warning : str or None, default=None
        What is to be said of the budget of seconds.
    """

    estimator: Parameters
    state: FitState
    data: Data
    validations: list[Validation]
    pace: Pace
    warning: str | None = None

    @classmethod
    def begin(
        cls, estimator: Parameters, tables: Tables, before: Trainer | None, budget: Budget
    ) -> Self:
        """Return a fit that is ready to train; a warm start goes on from `before`."""
        state, weighted, val, call = _begin(estimator, tables, before)
        cold = before is None
        fit = cls._ready(estimator, state, weighted, val, anew=True, learns=cold, counts=True)
        return fit if budget.seconds == inf else fit._within(budget, call)

    @classmethod
    def batch(
        cls, estimator: Parameters, tables: Tables, before: Trainer | None, classes: Classes
    ) -> Self:
        """Return a pass over one batch of a stream."""
        state, weighted, val, _ = _begin(estimator, tables, before, classes, is_stream=True)
        # weights keep their normalization; the scaling of columns is updated, and the statistics
        # of levels, which a batch has too few rows for, stay
        anew = before is None
        return cls._ready(estimator, state, weighted, val, anew=anew, learns=True, counts=False)

    @classmethod
    def resumed(cls, estimator: Parameters, tables: Tables, state: FitState) -> Self:
        """Return the rest of a fit, with the settings that it began with."""
        state = deepcopy(state)
        predictor = state.trainer.predictor
        checked = CheckedTables.of(estimator, tables, predictor.table)
        state.check_rows(len(checked.training.y))
        class_weight = state.settings.data.class_weight
        weighted = WeightedRows.of(checked.training, predictor.target, class_weight)
        val = checked.validation
        return cls._ready(estimator, state, weighted, val, anew=False, learns=False, counts=True)

    @classmethod
    def _ready(
        cls,
        estimator: Parameters,
        state: FitState,
        weighted: WeightedRows,
        validation: Rows | None,
        *,
        anew: bool,
        learns: bool,
        counts: bool,
    ) -> Self:
        """Hold out rows, and transform each table once.

        `anew` normalizes the weights, `learns` updates the scaling, and `counts` replaces the
        statistics of levels by those of these rows.
        """
        trainer, predictor = state.trainer, state.trainer.predictor
        given, rows = weighted.given, weighted.rows
        predictor.background = background_of(given.X, given.weight)
        held_out = trainer.split(state.settings, rows)
        scaled = trainer.scaled(rows, anew=anew)
        if learns:
            trainer.learn_target(scaled)
        encoding = predictor.columns.encoding
        X = trainer.learn_statistics(scaled) if counts else encoding.of_new(scaled.X)
        if learns:
            trainer.learn_scaling(X, scaled.weight)
        data = predictor.data_of(X, scaled)
        if validation is not None:
            validations = [Validation.of_given(validation, predictor, weighted.weighter)]
        else:
            validations = [
                Validation.of_held_out(mine, given, rows, data, predictor.member(i))
                for i, mine in enumerate(held_out)
            ]
        pace = Pace(state.settings.optimization.plan.max_iter, len(state.epochs))
        return cls(estimator, state, data, validations, pace)

    def _within(self, budget: Budget, call: Call) -> Self:
        """Return the fit with a plan for which a budget of seconds has time."""
        state, trainer = self.state, self.state.trainer
        if state.settings.optimization.optimizer is None:
            # L-BFGS has no schedule that should come to its end
            return replace(self, pace=replace(self.pace, end=budget.end))
        timetable = Timetable.of(budget, trainer, state.settings, self.data, self._validate())
        call = replace(call, max_epochs=timetable.n_epochs)
        settings = resolve(self.estimator, trainer.predictor.target, call)
        state = replace(state, settings=settings, stopping=settings.stopping.begin())
        return replace(self, state=state, pace=timetable.pace(), warning=timetable.warning())

    def run(self, given: Given) -> str | None:
        """Train to the end; return a warning if training did not converge."""
        estimator, state, trainer = self.estimator, self.state, self.state.trainer
        reporter = Reporter(estimator.verbose, self.pace)
        monitor = FitMonitor(estimator, reporter, self.pace, given, self._so_far, state.epochs)
        # for Checkpoint
        vars(estimator)["_fit_state"] = state
        warning = self._train(monitor)
        del vars(estimator)["_fit_state"]
        self._learn_from_held_out()
        trainer.end_fit(state.settings)
        become(estimator, state)
        monitor.fit_ends()
        return self._cut_off() or self.warning or warning

    def _cut_off(self) -> str | None:
        """Return a warning if there was no time for all epochs."""
        state, max_seconds = self.state, self.estimator.max_seconds
        if not self.pace.is_cut_off or state.stopping.is_over:
            return None
        n_epochs, plan = len(state.epochs), state.settings.optimization.plan
        if state.settings.optimization.optimizer is None:
            return (
                f"L-BFGS ended after {n_epochs} iterations without convergence: "
                f"max_seconds={max_seconds} has no time for another one; raise it."
            )
        return (
            f"Training ended after {n_epochs} of {plan.max_iter} epochs, and its schedule before "
            f"its end: epochs took longer than measured, so max_seconds={max_seconds} was over. "
            f"Raise it, or set max_iter={n_epochs}."
        )

    def run_batch(self) -> None:
        """Train for one pass over a batch of a stream."""
        state, trainer = self.state, self.state.trainer
        reporter, is_first = Reporter(self.estimator.verbose), trainer.is_new
        state.epochs = trainer.train(
            state.settings, self.data, state.stopping, self._validate(), reporter
        )
        trainer.end_batch()
        trainer.predictor.scores = None
        if is_first:
            trainer.own_rng()
        # of a file that could be resumed
        vars(self.estimator).pop("_fit_state", None)
        become(self.estimator, state)

    def _train(self, monitor: Monitor) -> str | None:
        """Train for the remaining epochs; return a warning if they did not converge."""
        return self.state.train(self.data, self._validate(), monitor)

    def _validate(self) -> Validate | None:
        return validator(self.validations, self.state.settings.stopping.scoring, self._view)

    def _learn_from_held_out(self) -> None:
        """Set the temperature, and the scores unless weighted rows do not count alike."""
        predictor, validations = self.state.trainer.predictor, self.validations
        calibrates = self.state.settings.data.calibrates
        is_weighted = any(one.is_weighted for one in validations)
        has_scores = predictor.target.has_scores and not is_weighted
        predictor.scores = None
        if not (calibrates or has_scores):
            return
        raws = [one.raws() for one in validations]
        if calibrates:
            predictor.inverse_temperature = fit_inverse_temperature(validations, raws, predictor)
        if has_scores:
            predictor.scores = held_out_scores(validations, raws, predictor)

    def _view(self, predictor: Predictor[Target]) -> BaseEstimator:
        """Return a fitted estimator of the networks in training, for arrays without names."""
        trainer, view = self.state.trainer, copy(self.estimator)
        attributes = fitted_attributes(trainer, predictor.in_training(), [], trainer.stream)
        vars(view).update(attributes, n_features_in_=predictor.columns.n_in)
        vars(view).pop("feature_names_in_", None)
        return view

    def _so_far(self) -> dict[str, object]:
        """Return copies of the fitted attributes as if the fit ended now."""
        ended = self.state.as_if_ended()
        trainer = ended.trainer
        return fitted_attributes(trainer, trainer.predictor, ended.epochs, ended.stopping)


def become(estimator: Parameters, state: FitState) -> None:
    """Set the fitted attributes of an estimator."""
    trainer = state.trainer
    attributes = fitted_attributes(trainer, trainer.predictor, state.epochs, state.stopping)
    resolved = resolved_params(estimator, state.settings)
    vars(estimator).update(attributes, resolved_params_=resolved)


def _begin(
    estimator: Parameters,
    tables: Tables,
    before: Trainer | None,
    classes: Classes = None,
    *,
    is_stream: bool = False,
) -> tuple[FitState, WeightedRows, Rows | None, Call]:
    """Check parameters and rows, resolve the settings, and build or copy the networks."""
    check_parameters(estimator)
    if before is None:
        table, X = learn_X(estimator, tables.training.X, estimator.categorical_features)
        checked = CheckedTables.of(estimator, tables, table, X)
        target = estimator._make_target(checked.training, classes, is_batch=is_stream)
    else:
        table, target = before.predictor.table, before.predictor.target
        checked = CheckedTables.of(estimator, tables, table)
    weighted = WeightedRows.of(checked.training, target, estimator._class_weight)
    call = _call(estimator, checked, weighted.rows, table, target, before, is_stream=is_stream)
    settings = resolve(estimator, target, call)
    if is_stream:
        _check_stream(settings, checked)
    if before is None:
        trainer = Trainer.new(estimator, settings, checked.training, table, target)
    else:
        trainer = before.copy_to_continue(estimator, settings)
    stopping = trainer.stream if is_stream else settings.stopping.begin()
    state = FitState(trainer, settings, stopping, [], len(checked.training.y))
    return state, weighted, checked.validation, call


def _call(
    estimator: Parameters,
    checked: CheckedTables,
    rows: Rows,
    table: Table,
    target: Target,
    before: Trainer | None,
    *,
    is_stream: bool,
) -> Call:
    """Return what "auto" depends on; `rows` are encoded."""
    n_numeric, is_sparse = _shape(checked.training, table, before)
    return Call(
        n_rows=len(rows.y),
        x_dtype=checked.training.X.dtype,
        n_numeric=n_numeric,
        is_sparse=is_sparse,
        # a stream holds no rows out
        strata=None if is_stream else target.strata(rows.y),
        has_validation=checked.validation is not None,
        is_stream=is_stream,
        before={} if before is None else getattr(estimator, "resolved_params_", {}),
    )


def _check_stream(settings: Settings, checked: CheckedTables) -> None:
    """Raise ValueError if a batch needs validation data that are missing."""
    if settings.resolved.early_stopping and checked.validation is None:
        raise ValueError(
            "partial_fit with early_stopping=True needs X_val and y_val at each call, as "
            "no rows of a batch are held out; give them, or set early_stopping=False."
        )


def _shape(rows: Rows, table: Table, before: Trainer | None) -> tuple[int, bool]:
    """Return the number of numeric columns in the first table, and whether it was sparse."""
    if before is not None:
        columns = before.predictor.columns
        return columns.n_numeric, columns.is_sparse
    if sparse.issparse(rows.X):
        return 0, True
    return rows.X.shape[1] - int(np.count_nonzero(table.n_levels)), False
