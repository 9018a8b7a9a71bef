"""Inference of the demo's encoder with 8-bit layers, beside onnxruntime in float32 and int8.

Usage, from the repository's root, after building Benchmarks' `fine-tuning`:
  .bench/python/bin/python Benchmarks/run_int8.py PATH-OF-fine-tuning [--rounds 9] [--plain]

Each round runs every contestant once, in turns: ours as a process of its own, onnxruntime with its sessions
kept. Both sides compute all tokens (`--mean`) of 32 sentences of 64 tokens on two threads. onnxruntime's int8 is
quantize_dynamic of the model its own transformers optimiser fused, or of the plain one, per channel and not:
the fastest counts. Prints medians over the rounds, and the median of the rounds' ratios with its range.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "torch"))
BENCH = pathlib.Path(".bench")
ROWS, LENGTH, STEPS = 32, 64, 3


def models():
    """Paths of onnxruntime's models by name."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    plain = BENCH / "minilm.onnx"
    if not plain.exists():
        import finetuning

        finetuning.export(plain)
    paths = {"float32": plain}
    folder = BENCH / "int8"
    folder.mkdir(exist_ok=True)
    try:
        fused = folder / "fused.onnx"
        if not fused.exists():
            model = optimizer.optimize_model(str(plain), "bert", num_heads=12, hidden_size=384)
            model.save_model_to_file(str(fused))
        paths["float32 fused"] = fused
    except Exception as error:
        print(f"onnxruntime's optimiser cannot fuse this model: {error}", file=sys.stderr)
    for name, source in list(paths.items()):
        for per_channel in (False, True):
            kind = name.replace("float32", "int8") + (" per channel" if per_channel else "")
            target = folder / (kind.replace(" ", "-") + ".onnx")
            if not target.exists():
                quantize_dynamic(str(source), str(target), per_channel=per_channel,
                                 weight_type=QuantType.QInt8,
                                 extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
            paths[kind] = target
    return paths


def session(path):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 2
    settings.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])


def timed(run):
    times = []
    for _ in range(STEPS + 2):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times[2:])


def ours(program, flags):
    out = subprocess.run(
        [program, "inference", "--rows", str(ROWS), "--length", str(LENGTH), "--steps", str(STEPS),
         *flags], check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])["seconds"] * ROWS


def main():
    import numpy

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--plain", action="store_true", help="leave out the fused models")
    options = parser.parse_args()
    ids = numpy.random.default_rng(0).integers(1000, 30000, (ROWS, LENGTH))
    inputs = {"input_ids": ids, "attention_mask": numpy.ones_like(ids)}
    contestants = {}
    for name, path in models().items():
        if options.plain and "fused" in name:
            continue
        one = session(path)
        contestants["onnxruntime " + name] = lambda one=one: timed(lambda: one.run(None, inputs))
    contestants["Hindsight float32"] = lambda: ours(options.program, ["--mean"])
    contestants["Hindsight int8"] = lambda: ours(options.program, ["--mean", "--int8"])
    contestants["Hindsight int8, first token"] = lambda: ours(options.program, ["--int8"])
    times = {name: [] for name in contestants}
    for _ in range(options.rounds):
        for name, run in contestants.items():
            times[name].append(run())
    for name, values in times.items():
        print(f"{name:36} {statistics.median(values) * 1e3:7.1f} ms")
    for kind in ("float32", "int8"):
        peers = [name for name in times if name.startswith("onnxruntime " + kind)]
        best = min(peers, key=lambda name: statistics.median(times[name]))
        for name in ("Hindsight int8", "Hindsight int8, first token"):
            ratios = [a / b for a, b in zip(times[best], times[name])]
            print(f"{name} against {best}: {statistics.median(ratios):.2f} times as fast "
                  f"({min(ratios):.2f}-{max(ratios):.2f})")


if __name__ == "__main__":
    main()
