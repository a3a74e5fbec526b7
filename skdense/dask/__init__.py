"""Dense neural networks trained on a Dask cluster, by the partitions of a table.

In: Dask Arrays and DataFrames, whose partitions stay on their workers. Out: estimators that are
fitted like those of skdense, and predict lazily.
"""

try:
    import dask.array as _array  # noqa: F401
    import dask.dataframe as _dataframe  # noqa: F401
    import distributed as _distributed  # noqa: F401
except ImportError as error:
    raise ImportError(
        f"skdense.dask needs Dask with its distributed scheduler ({error}); install them by "
        '`pip install "skdense[dask]"`.'
    ) from error

import skdense.dask.sizes  # noqa: F401  # on workers too
from skdense.dask.estimators import DaskDenseNetClassifier, DaskDenseNetRegressor

__all__ = ["DaskDenseNetClassifier", "DaskDenseNetRegressor"]
