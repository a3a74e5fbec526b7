"""Errors that say where on the cluster they come from."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def in_partition(number: int) -> Iterator[None]:
    """Add the number of the partition to a ValueError."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"In partition {number} of X: {error}") from error
