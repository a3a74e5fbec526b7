"""The classes that a model file may name."""

from types import ModuleType

from sklearn.preprocessing import StandardScaler

from skdense import _columns, _expansion, _labels, _model, _paused, _table, _targets
from skdense.engine import (
    activations,
    averaging,
    classification_losses,
    embeddings,
    layers,
    monitoring,
    network,
    normalization,
    optimizers,
    regression_losses,
    scale,
    schedules,
    state,
    stopping,
    tweedie,
)

HOMES = (
    *(_columns, _expansion, _labels, _model, _paused, _table, _targets),
    *(activations, averaging, classification_losses, embeddings, layers, monitoring, network),
    *(normalization, optimizers, regression_losses, scale, schedules, state, stopping, tweedie),
)


def _classes_of(module: ModuleType) -> dict[str, type]:
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }


# By name, which no later release may change: a file holds the name.
KINDS: dict[str, type] = {"StandardScaler": StandardScaler}
for _home in HOMES:
    KINDS |= _classes_of(_home)
