"""Types of unchecked input."""

from typing import Any

# Input of any library: an array, a DataFrame, a sparse matrix, a list of rows. Only its
# attributes tell what it is.
ArrayLike = Any
TableLike = Any
