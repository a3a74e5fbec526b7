"""Sizes of what tasks return, by which Dask weighs sending against waiting and manages memory.

Of a class that it does not know, it counts the bytes of the object without what is in it.
"""

from dask.sizeof import sizeof

from skdense._input.rows import Rows
from skdense.dask.first_look import Look
from skdense.dask.sketch import Sketch
from skdense.dask.visits import Visited, state_vectors
from skdense.engine import Data


@sizeof.register((Data, Look, Rows, Sketch))
def size_of_fields(one: object) -> int:
    """Return the bytes of all fields."""
    return sum(sizeof(value) for value in vars(one).values())


@sizeof.register(Visited)
def size_of_vectors(visited: Visited) -> int:
    """Return the bytes of a network and of the state of its optimizer."""
    return sum(vector.nbytes for vector in state_vectors(visited.state))
