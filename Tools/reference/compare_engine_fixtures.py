"""Makes the engine's fixtures again in a temporary folder and compares them with the committed ones.

Usage: .bench/python/bin/python Tools/reference/compare_engine_fixtures.py
Equal bytes, or elements that differ by at most 1e-6 of the tensor's largest: another processor may
give other last bits.
"""

import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

TYPES = {"F32": numpy.float32, "I64": numpy.int64, "BOOL": numpy.bool_}
TOLERANCE = 1e-6


def read(path):
    """The attributes of the cases and the tensors of a file."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(content[begin:end], TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    cases = {name: text for name, text in metadata.items() if not name.startswith("@")}
    return cases, tensors


def difference(made, committed):
    """None if the tensors agree, else what is wrong."""
    if made.shape != committed.shape or made.dtype != committed.dtype:
        return f"{made.dtype} {made.shape}, committed is {committed.dtype} {committed.shape}"
    if made.dtype != numpy.float32:
        return None if numpy.array_equal(made, committed) else "other integers"
    finite = numpy.isfinite(committed)
    if not numpy.array_equal(made[~finite], committed[~finite], equal_nan=True):
        return "other infinities or NaN"
    if not finite.any():
        return None
    wide = committed[finite].astype(numpy.float64)
    error = numpy.abs(made[finite] - wide).max()
    scale = numpy.abs(wide).max()
    return None if error <= TOLERANCE * scale else f"off by {error:.3g}, the largest is {scale:.3g}"


def compare(made, committed):
    """Prints what differs between two files; returns how many things do."""
    if made.read_bytes() == committed.read_bytes():
        print(f"{made.name}: the same bytes")
        return 0
    (made_cases, made_tensors), (cases, tensors) = read(made), read(committed)
    wrong = []
    if made_cases != cases:
        wrong.append("the cases or their attributes differ")
    if made_tensors.keys() != tensors.keys():
        wrong.append("the names of the tensors differ")
    for name in made_tensors.keys() & tensors.keys():
        found = difference(made_tensors[name], tensors[name])
        if found:
            wrong.append(f"{name}: {found}")
    for line in wrong:
        print(f"{made.name}: {line}", file=sys.stderr)
    if not wrong:
        print(f"{made.name}: the same within {TOLERANCE:g}")
    return len(wrong)


def main():
    root = Path(__file__).resolve().parents[2]
    committed = root / "Tests/Fixtures/engine"
    with tempfile.TemporaryDirectory() as folder:
        script = root / "Tools/reference/make_engine_fixtures.py"
        subprocess.run(
            [sys.executable, script, folder], check=True, stdout=subprocess.DEVNULL
        )
        names = {path.name for path in Path(folder).glob("*.safetensors")}
        names |= {path.name for path in committed.glob("*.safetensors")}
        failures = 0
        for name in sorted(names):
            pair = (Path(folder) / name, committed / name)
            missing = [path for path in pair if not path.exists()]
            for path in missing:
                print(f"{name}: missing in {path.parent}", file=sys.stderr)
            failures += len(missing) if missing else compare(*pair)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
