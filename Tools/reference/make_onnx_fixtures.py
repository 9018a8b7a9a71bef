"""Makes Tests/Fixtures/onnx: small ONNX files, and what is in them as safetensors.

Usage: .bench/python/bin/python Tools/reference/make_onnx_fixtures.py
Made with Python 3.11.7, onnx 1.23.2, safetensors 0.8.0, NumPy 2.4.6.
With the path of an ONNX file and one to write: what the onnx package reads of that file's initializers.
"""

import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "onnx"
KINDS = {
    "float32": (TensorProto.FLOAT, np.float32), "float64": (TensorProto.DOUBLE, np.float64),
    "float16": (TensorProto.FLOAT16, np.float16), "int64": (TensorProto.INT64, np.int64),
    "int32": (TensorProto.INT32, np.int32), "int16": (TensorProto.INT16, np.int16),
    "int8": (TensorProto.INT8, np.int8), "uint8": (TensorProto.UINT8, np.uint8),
    "uint16": (TensorProto.UINT16, np.uint16), "uint32": (TensorProto.UINT32, np.uint32),
    "uint64": (TensorProto.UINT64, np.uint64), "bool": (TensorProto.BOOL, np.bool_),
}


def values():
    found = {}
    for name, (_, kind) in KINDS.items():
        if kind == np.bool_:
            found[name] = np.array([[True], [False]])
        elif np.issubdtype(kind, np.integer):
            info = np.iinfo(kind)
            found[name] = np.array([info.min, 0, info.max], dtype=kind)
        else:
            found[name] = np.array([[1.5, -0.0, np.inf], [-2.25, 6e-8, 65504]], dtype=kind)
    found["scalar"] = np.array(4.5, dtype=np.float32)
    found["empty"] = np.zeros((3, 0, 2), dtype=np.float32)
    found['é "quoted"'] = np.array([1], dtype=np.float32)
    return found


def kind_of(value):
    return next(code for code, kind in KINDS.values() if kind == value.dtype.type)


def save(name, initializers, **options):
    node = helper.make_node("Identity", ["x"], ["y"])
    info = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"])
    graph = helper.make_graph([node], "fixture", [info("x")], [info("y")], initializers)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="fixtures")
    onnx.save_model(model, FOLDER / name, **options)


def external(name, location, **more):
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[2])
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **more}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def read(path):
    return {t.name: np.ascontiguousarray(numpy_helper.to_array(t)) for t in onnx.load(path).graph.initializer}


def main():
    if len(sys.argv) == 3:
        save_file(read(sys.argv[1]), sys.argv[2])
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = values()
    raw = [numpy_helper.from_array(value, name) for name, value in made.items()]
    typed = []
    for name, value in made.items():
        kind = kind_of(value)
        flat = value.view(np.uint16).flatten() if value.dtype == np.float16 else value.flatten()
        if value.dtype == np.float16:
            tensor = TensorProto(name=name, data_type=kind, dims=value.shape)
            tensor.int32_data.extend(int(v) for v in flat)
        else:
            tensor = helper.make_tensor(name, kind, value.shape, flat.tolist())
        typed.append(tensor)
    save("raw.onnx", raw)
    save("typed.onnx", typed)
    (FOLDER / "external.bin").unlink(missing_ok=True)
    save("external.onnx", raw, save_as_external_data=True, location="external.bin", size_threshold=0,
         all_tensors_to_one_file=True)
    save_file(made, FOLDER / "values.safetensors")
    half = TensorProto(name="bfloat16", data_type=TensorProto.BFLOAT16, dims=[2])
    half.raw_data = np.array([1.5, -2], dtype=ml_dtypes.bfloat16).tobytes()
    text = helper.make_tensor("text", TensorProto.STRING, [1], [b"a"])
    save("rare.onnx", [half, text])
    save("outside.onnx", [external("a", "../onnx/external.bin", length=8)])
    save("absolute.onnx", [external("a", "/etc/passwd", length=8)])
    save("missing.onnx", [external("a", "nowhere.bin", length=8)])
    save("beyond.onnx", [external("a", "external.bin", offset=10**18, length=8)])


main()
