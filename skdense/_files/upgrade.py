"""Convert the contents of files of earlier versions to the current form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from skdense._columns.target_encoding import TargetEncoding
from skdense._files.container import FileError
from skdense._prediction.predictor import Predictor
from skdense._settings.parameters import is_auto
from skdense._table.kinds.categories import Categories
from skdense._table.kinds.numbers import Numbers
from skdense._target.numbers import PlainNumbers
from skdense._training.changes import FirstFit
from skdense.engine import Dense, OptimizerState

State = dict[str, Any]


def upgraded(name: str, state: State) -> State:
    """Return the state of an object of the class `name` in its current form."""
    upgrade = UPGRADES.get(name)
    return state if upgrade is None else upgrade(state)


# Tables of more numeric columns had no embedding by default, until November 2026.
EARLIER_EMBEDDED_COLUMNS = 50
# Until November 2026 optimizers contained their own state. If one has trained, its state is kept
# under this name until the TrainState that contains the optimizer takes it over.
MOVING = "_state_of_earlier_version"


def _adam(state: State) -> State:
    return _apart(state, "first", "second")


def _sgd(state: State) -> State:
    return _apart(state, "velocity")


def _apart(state: State, *moments: str) -> State:
    if moments[0] not in state:
        return state
    state = state.copy()
    vectors = tuple(state.pop(name) for name in moments)
    n_steps = state.pop("n_steps", 0)
    if vectors[0].size:
        state[MOVING] = OptimizerState(vectors, n_steps)
    return state


def _train_state(state: State) -> State:
    if "optimizer_state" in state:
        return state
    optimizer = state["optimizer"]
    moved = None if optimizer is None else optimizer.__dict__.pop(MOVING, None)
    return state | {"optimizer_state": moved}


def _model(state: State) -> State:
    """Return the state of a Trainer from that of a Model, which was Trainer and Predictor."""
    if "table" not in state:
        return state
    networks = [train_state.network for train_state in state["states"]]
    parts = (state.pop(name) for name in ("table", "columns", "target", "sharpness"))
    table, columns, target, inverse_temperature = parts
    layers = networks[0].layers
    last = max(i for i, layer in enumerate(layers) if isinstance(layer, Dense))
    if isinstance(target, PlainNumbers):
        target.output_layers = layers[last + 1 :]
    predictor = Predictor(table, columns, target, networks, inverse_temperature)
    renamed = {
        "predictor": predictor,
        "first_fit": FirstFit(state.pop("fixed")),
        "optimizer": state.pop("fresh_optimizer"),
        "weight_scale": state.pop("weight_unit"),
    }
    return state | renamed


def _expansion(state: State) -> State:
    if "holed" in state:
        state["with_missing"] = state.pop("holed")
    if "code_of" not in state:
        # what was missing or unknown had flags of 0, or a vector of its own
        n_codes = state["n_levels"][state["embedded"]].tolist()
        state["n_codes"] = n_codes
        state["code_of"] = [np.append(np.arange(n), [n, n]) for n in n_codes]
        state["_neutral"] = np.zeros(len(state["_flagged"]))
    return state


def _table(state: State) -> State:
    """Return the state of a Table, which knew of categories alone."""
    if "kinds" in state:
        return state
    if state["is_categorical"] is None:
        return {"kinds": ()}
    levels = iter(state["categories"])
    kinds = [
        Categories(next(levels)) if is_one else Numbers() for is_one in state["is_categorical"]
    ]
    return {"kinds": tuple(kinds)}


def _columns(state: State) -> State:
    added = {"encoding": TargetEncoding((), 0, 0), "n_in": len(state["expansion"].n_levels)}
    return added | state


def check_is_supported(path: Path, header: dict[str, Any]) -> None:
    """Raise FileError for what is not upgraded: fits in progress of 0.1.0.dev0."""
    if "_paused" in header.get("state", {}):
        raise FileError(
            f"{path} was saved during a fit by an early 0.1.0.dev0, and only that version can "
            "resume it; fit again, or use that version."
        )


def upgraded_attributes(attributes: State) -> State:
    """Return the attributes of an estimator in their current form."""
    if "_model" in attributes:
        trainer = attributes.pop("_model")
        attributes |= {"_trainer": trainer, "_predictor": trainer.predictor}
    return _with_embedding(attributes)


def _with_embedding(attributes: State) -> State:
    """Add what `numeric_embedding="auto"` was, so that a warm start builds the same networks."""
    resolved = attributes.get("resolved_params_", {})
    is_known = "numeric_embedding" in resolved or not is_auto(attributes["numeric_embedding"])
    if is_known or "_predictor" not in attributes:
        return attributes
    n_numeric = attributes["_predictor"].columns.n_numeric
    two = ("pbld", "piecewise_linear") if n_numeric <= EARLIER_EMBEDDED_COLUMNS else None
    return attributes | {"resolved_params_": resolved | {"numeric_embedding": two}}


# One function for each class whose attributes have changed.
UPGRADES: dict[str, Callable[[State], State]] = {
    "Adam": _adam,
    "SGD": _sgd,
    "TrainState": _train_state,
    "Model": _model,
    "Expansion": _expansion,
    "Table": _table,
    "PlainColumns": _columns,
    "RobustColumns": _columns,
    "StandardColumns": _columns,
}
