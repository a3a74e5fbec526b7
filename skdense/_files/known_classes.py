"""The classes that a model file may name."""

from sklearn.preprocessing import StandardScaler

from skdense import engine
from skdense._columns.base import PlainColumns
from skdense._columns.expansion import Expansion
from skdense._columns.scaled import RobustColumns, StandardColumns
from skdense._columns.target_encoding import TargetEncoding
from skdense._prediction.predictor import Predictor
from skdense._settings.auto import Resolved
from skdense._settings.settings import (
    DataSettings,
    HiddenLayer,
    NetworkSettings,
    OptimizationSettings,
    Settings,
    StoppingSettings,
)
from skdense._table.kinds.categories import Categories
from skdense._table.kinds.dates import Dates
from skdense._table.kinds.kind import LeftOut
from skdense._table.kinds.numbers import Numbers, Seconds
from skdense._table.table import Table
from skdense._target.labels import (
    Binary,
    Multiclass,
    MulticlassMultioutput,
    Multilabel,
    OneVsRest,
)
from skdense._target.numbers import PlainNumbers, StandardNumbers
from skdense._training.changes import FirstFit
from skdense._training.fit_state import FitState
from skdense._training.trainer import Trainer
from skdense.engine.losses.classification import LogisticOf, SoftmaxOf

PRIVATE = (
    *(Expansion, PlainColumns, RobustColumns, StandardColumns, StandardScaler, Table),
    *(Categories, Dates, LeftOut, Numbers, Seconds),
    TargetEncoding,
    *(Binary, Multiclass, MulticlassMultioutput, Multilabel, OneVsRest),
    *(PlainNumbers, StandardNumbers, LogisticOf, SoftmaxOf),
    *(Settings, NetworkSettings, HiddenLayer, OptimizationSettings, StoppingSettings),
    *(DataSettings, Resolved, FirstFit, FitState, Predictor, Trainer),
)
# Of the engine, what a fitted estimator consists of.
KINDS = (engine.Layer, engine.Loss, engine.ProbabilityLoss, engine.Optimizer, engine.Schedule)
STATES = (
    *(engine.Network, engine.TrainState, engine.OptimizerState, engine.Average),
    *(engine.Stopping, engine.Epoch, engine.Plan),
)
PUBLIC = (
    kind
    for kind in (getattr(engine, name) for name in engine.__all__)
    if isinstance(kind, type) and (issubclass(kind, KINDS) or kind in STATES)
)
# By name, which no later release may change, as files contain it; "Model" is an earlier name.
KNOWN_CLASSES: dict[str, type] = {kind.__name__: kind for kind in (*PRIVATE, *PUBLIC)} | {
    "Model": Trainer
}
