"""Encode a fitted estimator as plain values and arrays, and decode it without running code."""

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any

import numpy as np

from skdense._files.known_classes import KNOWN_CLASSES
from skdense._files.upgrade import upgraded
from skdense.engine.typing import Array

# Types that JSON represents as they are.
PLAIN = (type(None), bool, int, str)


# Kinds of NumPy's dtypes whose bytes are the values themselves: booleans, numbers and text.
DTYPES = "biufUS"


# Lists of at least this many floats or strings are stored as arrays.
LONG = 16


# NumPy's bit generators that a file may name.
GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


class Encoder:
    """Encode values for JSON; arrays and shared objects are stored only once.

    A value that JSON cannot represent becomes ``{kind: content}``.

    Attributes
    ----------
    objects : list of [str, dict]
        Class name and state of each object; an object comes after those that it contains.
    arrays : list of ndarray
        All C-contiguous and little-endian.
    """

    def __init__(self) -> None:
        self.objects: list[list[Any]] = []
        self.arrays: list[Array] = []
        self._positions: dict[int, int] = {}
        self._known: list[Any] = []
        self._forms = self._writers()

    def encode(self, value: object, path: str) -> Any:
        """Return the plain form of a value; TypeError, naming its `path`, if it has none."""
        if type(value) in PLAIN:
            return value
        write = self._forms.get(type(value))
        if write is not None:
            return write(value, path)
        if isinstance(value, np.generic):
            return {"scalar": self._array(np.asarray(value), path)}
        if isinstance(value, np.dtype):
            return {"dtype": value.str}
        return self._object(value, path)

    def _writers(self) -> dict[type, Callable[[Any, str], Any]]:
        return {
            float: lambda value, path: value if isfinite(value) else {"float": repr(value)},
            tuple: lambda value, path: {"tuple": self._each(value, path)},
            list: self._list,
            dict: self._dict,
            np.ndarray: self._ndarray,
            np.random.RandomState: self._random_state,
            np.random.Generator: self._generator,
        }

    def _each(self, values: Iterable[object], path: str) -> list[Any]:
        return [self.encode(value, f"{path}[{i}]") for i, value in enumerate(values)]

    def _list(self, values: list[Any], path: str) -> Any:
        kinds = set(map(type, values))
        if len(values) >= LONG and kinds == {float}:
            return {"floats": self._array(np.array(values), path)}
        if len(values) >= LONG and kinds == {str}:
            texts = [value.encode("utf-8", "surrogatepass") for value in values]
            bytes_ = np.frombuffer(b"".join(texts), np.uint8)
            lengths = np.array([len(text) for text in texts], np.int64)
            return {"texts": [self._array(bytes_, path), self._array(lengths, path)]}
        return self._each(values, path)

    def _dict(self, values: dict[object, object], path: str) -> Any:
        return {"dict": [self._each(item, f"{path}[{item[0]!r}]") for item in values.items()]}

    def _ndarray(self, array: Array, path: str) -> Any:
        if array.dtype == object:
            cells = self._list(array.ravel().tolist(), path)
            return {"cells": [cells, list(array.shape)]}
        return {"array": self._array(array, path)}

    def _array(self, array: Array, path: str) -> int:
        if array.dtype.kind not in DTYPES or array.dtype.fields:
            raise TypeError(
                f"{path} has dtype {array.dtype}, which a model file cannot store; use pickle."
            )
        shape = array.shape  # ascontiguousarray turns the shape () into (1,)
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(shape)
        self.arrays.append(array)
        return len(self.arrays) - 1

    def _random_state(self, source: np.random.RandomState, path: str) -> Any:
        return {"RandomState": self.encode(source.get_state(legacy=False), path)}

    def _generator(self, source: np.random.Generator, path: str) -> Any:
        return {"Generator": self.encode(dict(source.bit_generator.state), path)}

    def _object(self, value: object, path: str) -> Any:
        if id(value) not in self._positions:
            name = type(value).__name__
            if KNOWN_CLASSES.get(name) is not type(value):
                raise TypeError(
                    f"{path} contains {value!r}, which is not part of skdense, and a model file "
                    "contains no code; replace it with an object of skdense, or use pickle."
                )
            state = {
                attribute: self.encode(content, f"{path}.{attribute}")
                for attribute, content in state_of(value).items()
            }
            self.objects.append([name, state])
            self._positions[id(value)] = len(self.objects) - 1
            self._known.append(value)  # keeps it alive, so that its id stays unique
        return {"object": self._positions[id(value)]}


def _is_ours(kind: type) -> bool:
    # scikit-learn's __getstate__ adds its version, and its __setstate__ warns about another
    return kind.__module__.startswith("skdense")


def state_of(value: Any) -> dict[str, Any]:
    """Return the attributes that represent an object of a known class."""
    return (value.__getstate__() if _is_ours(type(value)) else vars(value)) or {}


class Decoder:
    """Decode the output of `Encoder`; any error means that the input is not such an output.

    Parameters
    ----------
    objects : list of [str, dict]
    arrays : list of ndarray
    """

    def __init__(self, objects: list[list[Any]], arrays: list[Array]) -> None:
        self._arrays, self._forms = arrays, self._readers()
        self._objects: list[Any] = []
        for name, state in objects:
            attributes = upgraded(name, self.attributes(state))
            self._objects.append(restored(KNOWN_CLASSES[name], attributes))

    def attributes(self, state: Mapping[str, object]) -> dict[str, Any]:
        """Decode attributes by name."""
        return {name: self.decode(value) for name, value in state.items()}

    def decode(self, value: object) -> Any:
        """Return the value that was encoded."""
        if isinstance(value, list):
            return [self.decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        ((what, content),) = value.items()
        return self._forms[what](content)

    def _readers(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "float": float,
            "tuple": lambda items: tuple(self.decode(items)),
            "floats": lambda i: self._arrays[i].tolist(),
            "texts": self._texts,
            "dict": lambda items: {self.decode(k): self.decode(value) for k, value in items},
            "cells": self._cells,
            "array": lambda i: self._arrays[i],
            "scalar": lambda i: self._arrays[i][()],
            "dtype": np.dtype,
            "RandomState": self._random_state,
            "Generator": self._generator,
            "object": lambda i: self._objects[i],
        }

    def _texts(self, content: list[int]) -> list[str]:
        raw, lengths = (self._arrays[i] for i in content)
        ends = np.cumsum(lengths)
        if len(ends) and (lengths.min() < 0 or ends[-1] != len(raw)):
            raise ValueError("the lengths of its texts are inconsistent")
        starts = ends - lengths
        pairs = zip(starts.tolist(), ends.tolist(), strict=True)
        return [raw[a:b].tobytes().decode("utf-8", "surrogatepass") for a, b in pairs]

    def _cells(self, content: list[Any]) -> Array:
        cells, shape = self.decode(content[0]), content[1]
        array = np.empty(len(cells), dtype=object)
        array[:] = cells
        return array.reshape(shape)

    def _random_state(self, content: object) -> np.random.RandomState:
        source = np.random.RandomState()
        source.set_state(self.decode(content))
        return source

    def _generator(self, content: object) -> np.random.Generator:
        state = self.decode(content)
        if state["bit_generator"] not in GENERATORS:
            raise ValueError(f"it names an unknown generator {state['bit_generator']!r}")
        source = getattr(np.random, state["bit_generator"])()
        source.state = state
        return np.random.Generator(source)


def restored(kind: type, state: Mapping[str, object]) -> Any:
    """Return an object with the given state, without calling its `__init__`."""
    value: Any = object.__new__(kind)
    if _is_ours(kind) and hasattr(value, "__setstate__"):
        value.__setstate__(state)
    else:
        vars(value).update(state)
    return value
