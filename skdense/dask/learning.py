"""What is learnt of all rows before the training: scaling of target and columns, statistics."""

from dataclasses import replace
from typing import Any

import numpy as np

from skdense._columns.level_statistics import statistics_of
from skdense._columns.scaled import RobustColumns
from skdense._prediction.predictor import Predictor
from skdense.dask.blocks import Preparation, extent_together, sums_together
from skdense.dask.parts import Parts
from skdense.dask.rows import Weighting
from skdense.dask.sketch import Sketch


def prepare_rows(parts: Parts, weighting: Weighting, predictor: Predictor[Any]) -> Preparation:
    """Learn the scaling of a predictor's target and columns; return how blocks are made.

    Means, deviations and statistics of levels are exact, as partitions add to them in turn; the
    quantiles of robust scaling have the error of `Sketch`.
    """
    preparation = Preparation(weighting, predictor)
    if predictor.target.is_scaled:
        predictor.target = parts.in_turn(Preparation.target, preparation, predictor.target)
    # what describes the target is on the scale that has just been learnt
    weighting = replace(weighting, target=predictor.target)
    preparation = _with_levels(parts, replace(preparation, weighting=weighting))
    columns = predictor.columns
    if isinstance(columns, RobustColumns):
        sketch = parts.merged(Preparation.sketch, preparation, Sketch.together)
        columns.learn_quantiles(sketch.quantiles())
    else:
        predictor.columns = parts.in_turn(Preparation.columns, preparation, columns)
    return preparation


def _with_levels(parts: Parts, preparation: Preparation) -> Preparation:
    """Learn the statistics of columns of many levels."""
    encoding = preparation.predictor.columns.encoding
    if not encoding.n_own:
        return preparation
    extent = parts.merged(Preparation.extent, preparation, extent_together)
    weight, total, low, high = extent
    center = total / weight
    unit = np.maximum(high - center, center - low)
    unit[unit == 0] = 1
    sums = parts.merged(Preparation.sums, preparation, sums_together, center, unit)
    # one block of columns, which all networks share
    tables = [statistics_of(one, center, unit)[None] for one in sums]
    encoding.keep(tables)
    return replace(preparation, tables=tables)
