"""Damages model files, and kills processes that save them: how many are lost, or misread."""

import io
import json
import signal
import subprocess
import sys
import time
import tracemalloc
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np

import skdense
from skdense._files.container import ALIGNMENT, DIGEST_BYTES, FORMAT, MAGIC, PREFIX, FileError

ABSURD = [-1, 0, 10**6, 10**18, 10**400, 0.5, "", "x", None, True, [], [[]], {}, {"object": 0}]
ABSURD += [{"array": 10**6}, {"dtype": "<U99999999"}, {"type": "memmap"}, {"object": -1}]
# What loading may take beside the arrays: a header in JSON, and modules of the first time.
SPARE_BYTES = 2_000_000


def flipped(content, rng):
    """One to eight bits."""
    damaged = bytearray(content)
    for position in rng.integers(len(content), size=rng.integers(1, 9)):
        damaged[position] ^= 1 << rng.integers(8)
    return bytes(damaged)


def cut(content, rng):
    """A shorter file, or one with something behind it."""
    if rng.random() < 0.8:
        return content[: rng.integers(len(content))]
    return content + rng.bytes(rng.integers(1, 100))


def sealed(header, body):
    """A file with a right checksum, whatever stands in it; the body begins at the first array."""
    gap = bytes(-(PREFIX.size + len(header)) % ALIGNMENT) if body else b""
    rest = header + gap + body
    head = PREFIX.pack(MAGIC, FORMAT, len(header), PREFIX.size + len(rest), b"")[:-DIGEST_BYTES]
    return head + sha256(head + rest).digest() + rest


def parts_of(content):
    """Header and arrays."""
    end = PREFIX.size + PREFIX.unpack_from(content)[2]
    return content[PREFIX.size : end], content[end + -end % ALIGNMENT :]


def edited(content, rng):
    """A header in which one value is absurd, under a right checksum."""
    header, body = parts_of(content)
    header = json.loads(header)
    places = list(leaves(header))
    holder, key = places[rng.integers(len(places))]
    holder[key] = ABSURD[rng.integers(len(ABSURD))]
    return sealed(json.dumps(header).encode(), body)


def leaves(value):
    """(holder, key) of every value of a JSON document."""
    for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(item, dict | list):
            yield from leaves(item)


def spliced(content, rng):
    """A part of the header, or one turned round, before shifted arrays, under a right checksum."""
    header, body = parts_of(content)
    shift = int(rng.integers(1, len(header)))
    other = header[shift:] + header[:shift] if rng.random() < 0.5 else header[:shift]
    return sealed(other, body[int(rng.integers(1, 65)) :])


def bomb(content, rng):
    """Small files that would become large."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("params.npy", bytes(10**7))
    deep, many = b"[" * 10**5 + b"]" * 10**5, b"[" + b"[]," * 10**6 + b"[]]"
    layout = b'{"arrays":[["<f8",[%d]]],"objects":[],"state":{},"estimator":"DenseNetRegressor"}'
    choices = [packed.getvalue(), sealed(deep, b""), sealed(many, b"")]
    choices += [sealed(layout % 10**15, b""), PREFIX.pack(b"SKDENSE\n", 1, 2**63, 2**63, b"")]
    return choices[rng.integers(len(choices))]


DAMAGES = {"flipped": flipped, "cut": cut, "edited": edited, "spliced": spliced, "bomb": bomb}
# Under a right checksum, a file of another content is a file.
MAY_BE_READ = {"edited"}


def outcome(path, content, predict):
    """What loading damaged content comes to, and the most memory that it took."""
    path.write_bytes(content)
    tracemalloc.start()
    try:
        estimator = skdense.load(path)
    except FileError:
        estimator = None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    if estimator is None:
        return "refused", peak
    return ("read" if _is_sound(estimator, predict) else "wrong"), peak


def _is_sound(estimator, predict):
    """Whether predictions are numbers, or there is an error in their place."""
    try:
        return bool(np.isfinite(predict(estimator)).all())
    except (ValueError, TypeError, AttributeError):
        return True


def count(content, path, n, predict, seed=0):
    """For each damage: how many of `n` files were refused, read, or went wrong."""
    rng, found = np.random.default_rng(seed), {}
    for kind, damage in DAMAGES.items():
        found[kind] = {"refused": 0, "read": 0, "wrong": 0, "large": 0}
        for _ in range(n):
            damaged = damage(content, rng)
            if damaged == content:
                continue
            what, peak = outcome(path, damaged, predict)
            what = "wrong" if what == "read" and kind not in MAY_BE_READ else what
            found[kind][what] += 1
            found[kind]["large"] += peak > 2 * len(damaged) + SPARE_BYTES
    return found


SAVER = """
import sys, skdense
one, other = (skdense.load(path) for path in sys.argv[1:3])
print("ready", flush=True)
while True:
    one.save(sys.argv[3])
    other.save(sys.argv[3])
"""


def kills(one, other, folder, n, seed=0):
    """Kill a process that saves, n times; how often the file was neither of the two models."""
    rng, lost = np.random.default_rng(seed), 0
    path, whole = Path(folder) / "model", {Path(one).read_bytes(), Path(other).read_bytes()}
    path.write_bytes(Path(one).read_bytes())
    for _ in range(n):
        command = [sys.executable, "-c", SAVER, str(one), str(other), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(rng.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
        lost += path.read_bytes() not in whole
    return lost
