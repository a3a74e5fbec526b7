"""Model files: a JSON header and arrays, with one checksum, replaced atomically."""

import json
import os
from collections.abc import Iterator, Mapping
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

from skdense.engine.typing import Array, DType

MAGIC, FORMAT = b"SKDENSE\n", 1


# Magic bytes, format version, size of the header, size of the file, SHA-256 of everything else.
PREFIX = Struct("<8sIQQ32s")


DIGEST_BYTES = 32


# Arrays begin at multiples of this many bytes.
ALIGNMENT = 64


# Maximum number of values in a header: more than any model has, yet small in memory.
MOST_VALUES = 200_000


# Bytes read at once to compute the checksum.
CHUNK = 1 << 20


# Dtypes that an array in a file may have.
DTYPE = r"[<|][biufUS]\d{1,9}"


# Errors raised by contents that save() did not write.
WRONG = (
    *(ValueError, TypeError, LookupError, AttributeError, RecursionError, ArithmeticError),
    *(MemoryError, AssertionError),
)


class FileError(ValueError):
    """Raised for a file that is not a model file, is damaged, or has a newer format."""


def write(path: Path, header: Mapping[str, object], arrays: list[Array]) -> None:
    """Write a file; an older one at `path` is replaced only when the new one is complete.

    Parameters
    ----------
    path : Path
    header : dict
        Values that JSON can represent.
    arrays : list of ndarray
        All C-contiguous and little-endian.
    """
    layout = [[array.dtype.str, list(array.shape)] for array in arrays]
    text = json.dumps({**header, "arrays": layout}, allow_nan=False).encode()
    n_values = _n_values(text)
    if n_values > MOST_VALUES:
        raise ValueError(
            f"the model has {n_values} values outside arrays, but a file can store at most "
            f"{MOST_VALUES}; use pickle."
        )
    parts = [*_padded([text, *arrays])]
    size = PREFIX.size + sum(memoryview(part).nbytes for part in parts)
    head = PREFIX.pack(MAGIC, FORMAT, len(text), size, b"")[:-DIGEST_BYTES]
    digest = sha256(head)
    for part in parts:
        digest.update(part)
    with _replacing(path) as file:
        for part in chain([head, digest.digest()], parts):
            file.write(part)


def _padded(parts: list[bytes | Array]) -> Iterator[Any]:
    """Yield the parts as bytes, each but the first one after zeros for its alignment."""
    position = PREFIX.size
    for i, part in enumerate(parts):
        content = part if isinstance(part, bytes) else _bytes_of(part)
        gap = -position % ALIGNMENT if i else 0
        yield bytes(gap)
        yield content
        position += gap + len(content)


def _bytes_of(array: Array) -> Any:
    # NumPy cannot reinterpret an empty array
    return array.reshape(-1).view(np.uint8) if array.nbytes else bytearray()


@contextmanager
def _replacing(path: Path) -> Iterator[BufferedWriter]:
    """Open a new file that replaces `path` at the end, unless there was an error."""
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"{path} cannot be written, as the folder {target.parent} does not exist; create it "
            "first, for example with os.makedirs."
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
    # on other systems a folder cannot be opened
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(path: Path) -> tuple[dict[str, Any], list[Array]]:
    """Return the header and arrays of a file; FileError if it is not exactly as written."""
    with path.open("rb") as file:
        n_header, n_bytes = _checked_prefix(path, file)
        try:
            return _read_checked(file, n_header, n_bytes)
        except WRONG as error:
            raise damaged(path, str(error)) from error


def damaged(path: Path, why: str) -> FileError:
    """Return the error for a file with invalid contents."""
    return FileError(f"{path} is damaged: {why}; use another copy, or save the model again.")


def _checked_prefix(path: Path, file: BufferedReader) -> tuple[int, int]:
    """Return the sizes of the header and of the file; FileError for a wrong checksum."""
    start, size = file.read(PREFIX.size), os.fstat(file.fileno()).st_size
    if not start.startswith(MAGIC):
        raise FileError(f"{path} is not a model file of skdense; pass a file written by save().")
    if len(start) < PREFIX.size:
        raise damaged(path, f"it ends after {size} bytes")
    _, version, n_header, n_bytes, digest = PREFIX.unpack(start)
    if version > FORMAT:
        raise FileError(
            f"{path} has format {version}, but this release of skdense reads formats up to "
            f"{FORMAT}; upgrade skdense, or use another copy if the file is damaged."
        )
    if n_bytes != size:
        raise damaged(path, f"it has {size} bytes instead of {n_bytes}")
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
        raise ValueError("its header is longer than the file")
    file.seek(PREFIX.size)
    text = file.read(n_header)
    if _n_values(text) > MOST_VALUES:
        raise ValueError("its header has too many values")
    header = json.loads(text)
    dtypes_and_shapes = [_checked_layout(*layout) for layout in header.pop("arrays")]
    places = list(_places(end, dtypes_and_shapes))
    if (places[-1][1] if places else end) != n_bytes:
        raise ValueError("its arrays do not match its size")
    arrays = [
        _read_array(file, start, dtype, shape)
        for (start, _), (dtype, shape) in zip(places, dtypes_and_shapes, strict=True)
    ]
    return header, arrays


def _n_values(text: bytes) -> int:
    """Return an upper bound of the number of values in a JSON text."""
    return sum(map(text.count, (b"[", b"{", b",")))


def _checked_layout(dtype: str, shape: list[int]) -> tuple[DType, tuple[int, ...]]:
    if not fullmatch(DTYPE, dtype):
        raise ValueError(f"an array has the invalid dtype {dtype!r}")
    if len(shape) > 4 or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"an array has the invalid shape {shape}")
    return np.dtype(dtype), tuple(shape)


def _places(
    position: int, dtypes_and_shapes: list[tuple[DType, tuple[int, ...]]]
) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each array in the file."""
    for dtype, shape in dtypes_and_shapes:
        position += -position % ALIGNMENT
        start, position = position, position + dtype.itemsize * prod(shape)
        yield start, position


def _read_array(file: BufferedReader, start: int, dtype: DType, shape: tuple[int, ...]) -> Array:
    array = np.empty(shape, dtype)
    file.seek(start)
    if file.readinto(_bytes_of(array)) != array.nbytes:
        raise ValueError("it was truncated while being read")
    return array
