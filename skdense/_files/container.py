"""Model files: a header of JSON and arrays, under one checksum, replaced as a whole."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BufferedReader, BufferedWriter
from itertools import chain
from math import prod
from pathlib import Path
from re import fullmatch
from struct import Struct
from typing import Any
from uuid import uuid4

import numpy as np

from skdense.engine.typing import Array

MAGIC, FORMAT = b"SKDENSE\n", 1


# Magic, format, bytes of the header, bytes of the whole file, SHA-256 of all but itself.
PREFIX = Struct("<8sIQQ32s")


DIGEST_BYTES = 32


# Arrays begin at multiples of it.
ALIGNMENT = 64


# Values in a header: more than any model has, and their memory stays small.
MOST_VALUES = 200_000


CHUNK = 1 << 20


DTYPE = r"[<|][biufUS]\d{1,9}"


# What comes of content that no save() wrote.
WRONG = (
    *(ValueError, TypeError, LookupError, AttributeError, RecursionError, ArithmeticError),
    *(MemoryError, AssertionError),
)


class FileError(ValueError):
    """A file that is no model file, is damaged, or is of a newer format."""


def write(path: Path, header: dict[str, Any], arrays: list[Array]) -> None:
    """Write a file; until all of it is on the disk, the path keeps what it had.

    Parameters
    ----------
    path : Path
    header : dict
        What JSON can hold.
    arrays : list of ndarray
        C-contiguous and little-endian.
    """
    layout = [[array.dtype.str, list(array.shape)] for array in arrays]
    text = json.dumps({**header, "arrays": layout}, allow_nan=False).encode()
    n_values = _n_values(text)
    if n_values > MOST_VALUES:
        raise ValueError(f"The model has {n_values} single values; a file holds {MOST_VALUES}.")
    parts = [*_padded([text, *arrays])]
    size = PREFIX.size + sum(memoryview(part).nbytes for part in parts)
    head = PREFIX.pack(MAGIC, FORMAT, len(text), size, b"")[:-DIGEST_BYTES]
    digest = sha256(head)
    for part in parts:
        digest.update(part)
    with _replacing(path) as file:
        for part in chain([head, digest.digest()], parts):
            file.write(part)


def _padded(parts: list[Any]) -> Iterator[Any]:
    """The parts as bytes, and zeros before each but the first one."""
    position = PREFIX.size
    for i, part in enumerate(parts):
        content = part if isinstance(part, bytes) else _bytes_of(part)
        gap = -position % ALIGNMENT if i else 0
        yield bytes(gap)
        yield content
        position += gap + len(content)


def _bytes_of(array: Array) -> Any:
    # NumPy has no view of nothing
    return array.reshape(-1).view(np.uint8) if array.nbytes else bytearray()


@contextmanager
def _replacing(path: Path) -> Iterator[BufferedWriter]:
    """A new file that takes the place of `path` at the end, if all goes well."""
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"{path} cannot be written, as the folder {target.parent} does not exist; make it "
            "first, for example by os.makedirs."
        )
    beside = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    # elsewhere a folder cannot be opened
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(path: Path) -> tuple[dict[str, Any], list[Array]]:
    """Header and arrays of a file; FileError if it is not exactly what was written."""
    with path.open("rb") as file:
        n_header, n_bytes = _checked_prefix(path, file)
        try:
            return _read_checked(file, n_header, n_bytes)
        except WRONG as error:
            raise damaged(path, str(error)) from error


def damaged(path: Path, why: str) -> FileError:
    """What to raise for a file whose content cannot be right."""
    return FileError(f"{path} is damaged: {why}. Get another copy of it, or save the model anew.")


def _checked_prefix(path: Path, file: BufferedReader) -> tuple[int, int]:
    """Bytes of the header and of all, of a file whose checksum is right."""
    start, size = file.read(PREFIX.size), os.fstat(file.fileno()).st_size
    if not start.startswith(MAGIC):
        raise FileError(f"{path} is no model file of skdense; give one that save() wrote.")
    if len(start) < PREFIX.size:
        raise damaged(path, f"it ends after {size} bytes")
    _, version, n_header, n_bytes, digest = PREFIX.unpack(start)
    if version > FORMAT:
        raise FileError(
            f"{path} has the format {version}, and this release of skdense reads up to {FORMAT}: "
            "it is damaged, or a newer release wrote it; upgrade skdense."
        )
    if n_bytes != size:
        raise damaged(path, f"it has {size} bytes, and had {n_bytes}")
    if _digest(start[:-DIGEST_BYTES], file) != digest:
        raise damaged(path, "its checksum is wrong")
    return n_header, n_bytes


def _digest(head: bytes, file: BufferedReader) -> bytes:
    digest = sha256(head)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.digest()


def _read_checked(
    file: BufferedReader, n_header: int, n_bytes: int
) -> tuple[dict[str, Any], list[Array]]:
    end = PREFIX.size + n_header
    if end > n_bytes:
        raise ValueError("its header is longer than itself")
    file.seek(PREFIX.size)
    text = file.read(n_header)
    if _n_values(text) > MOST_VALUES:
        raise ValueError("its header has too many values")
    header = json.loads(text)
    dtypes_and_shapes = [_checked_layout(*layout) for layout in header.pop("arrays")]
    places = list(_places(end, dtypes_and_shapes))
    if (places[-1][1] if places else end) != n_bytes:
        raise ValueError("its arrays do not fill it")
    arrays = [
        _read_array(file, start, dtype, shape)
        for (start, _), (dtype, shape) in zip(places, dtypes_and_shapes, strict=True)
    ]
    return header, arrays


def _n_values(text: bytes) -> int:
    """At least as many as there are values in JSON."""
    return sum(map(text.count, (b"[", b"{", b",")))


def _checked_layout(dtype: str, shape: list[int]) -> tuple[np.dtype[Any], tuple[int, ...]]:
    if not fullmatch(DTYPE, dtype):
        raise ValueError(f"no array has the dtype {dtype!r}")
    if len(shape) > 4 or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"no array has the shape {shape}")
    return np.dtype(dtype), tuple(shape)


def _places(
    position: int, dtypes_and_shapes: list[tuple[np.dtype[Any], tuple[int, ...]]]
) -> Iterator[tuple[int, int]]:
    """Start and end of each array."""
    for dtype, shape in dtypes_and_shapes:
        position += -position % ALIGNMENT
        start, position = position, position + dtype.itemsize * prod(shape)
        yield start, position


def _read_array(
    file: BufferedReader, start: int, dtype: np.dtype[Any], shape: tuple[int, ...]
) -> Array:
    array = np.empty(shape, dtype)
    file.seek(start)
    if file.readinto(_bytes_of(array)) != array.nbytes:
        raise ValueError("it became shorter while it was read")
    return array
