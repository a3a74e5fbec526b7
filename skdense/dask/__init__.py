"""Dense neural networks trained on a Dask cluster, by the partitions of a table.

In: Dask Arrays and DataFrames, whose partitions stay on their workers. Out: estimators that are
fitted like those of skdense, and predict lazily.
"""

from skdense._extras import extra

with extra("dask", "skdense.dask"):
    import dask.array as _array  # noqa: F401
    import dask.dataframe as _dataframe  # noqa: F401
    import distributed as _distributed  # noqa: F401

import skdense.dask.sizes  # noqa: F401  # on workers too
from skdense.dask.cluster import ClusterLostError
from skdense.dask.estimators import DaskDenseNetClassifier, DaskDenseNetRegressor

__all__ = ["DaskDenseNetClassifier", "DaskDenseNetRegressor", "ClusterLostError"]
