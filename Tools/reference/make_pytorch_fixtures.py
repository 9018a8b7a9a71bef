"""Makes Tests/Fixtures/pytorch: files that torch.save wrote, and what is in them as safetensors.

Usage: .bench/python/bin/python Tools/reference/make_pytorch_fixtures.py
Made with Python 3.11.7, torch 2.13.0, safetensors 0.8.0, transformers 5.23.0.
"""

import collections
import json
import os
import pickle
import warnings
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "pytorch"
warnings.filterwarnings("ignore")


def every_type():
    halves = [0.0, -0.0, 1.0, -2.5, 65504.0, 5.96e-8, float("inf")]
    return collections.OrderedDict(
        {
            "float32": torch.tensor([[1.5, -2.25, 3.0e-42], [float("inf"), -0.0, 3.4e38]]),
            "float64": torch.tensor([0.1, -1.0e300], dtype=torch.float64),
            "float16": torch.tensor(halves, dtype=torch.float16),
            "bfloat16": torch.tensor(halves, dtype=torch.bfloat16),
            "int64": torch.tensor([[-(2**63), 2**63 - 1]]),
            "int32": torch.tensor([-(2**31), 0, 2**31 - 1], dtype=torch.int32),
            "int16": torch.tensor([-7, 7], dtype=torch.int16),
            "int8": torch.tensor([-128, 127], dtype=torch.int8),
            "uint8": torch.tensor([0, 1, 255], dtype=torch.uint8),
            "bool": torch.tensor([[True], [False], [True]]),
            "scalar": torch.tensor(4.5),
            "empty": torch.zeros(3, 0, 2),
            "é \"quoted\"": torch.tensor([1.0]),
        }
    )


def strided():
    """Views whose elements do not lie in order, and several of one storage."""
    base = torch.arange(60.0).reshape(3, 4, 5)
    return {
        "whole": base,
        "tail": base[1:],
        "transposed": base.transpose(0, 2),
        "permuted": base.permute(1, 2, 0),
        "every second": base[:, ::2, ::2],
        "column": base[:, 1, 2],
        "one": base[2, 3, 4],
        "row as column": torch.arange(5.0).reshape(1, 5).t(),
        "half": torch.arange(6, dtype=torch.bfloat16).reshape(2, 3).t(),
        "bytes": torch.arange(6, dtype=torch.uint8).reshape(2, 3).t(),
        "wide": torch.arange(6, dtype=torch.int64).reshape(2, 3).t(),
    }


def nested():
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2))
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            parameter.copy_(torch.arange(parameter.numel()).reshape(parameter.shape) + 10 * number)
    optimizer = torch.optim.AdamW(model.parameters())
    state = model.state_dict()
    state["parameter"] = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    return {
        "epoch": 7,
        "loss": 0.25,
        "note": "a text",
        "big": 2**80,
        "sizes": torch.Size([1, 2]),
        "device": torch.device("cpu"),
        "dtype": torch.float16,
        "flags": {True, None},
        "optimizer": optimizer.state_dict(),
        "state_dict": state,
    }


class Evil:
    def __reduce__(self):
        return os.system, ("touch hindsight-was-here",)


def expected(name, tensors):
    tensors = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
    save_file(tensors, FOLDER / f"{name}.safetensors")


def write_plain():
    tensors = every_type()
    torch.save(tensors, FOLDER / "every-type.bin")
    torch.save(tensors, FOLDER / "protocol5.pt", pickle_protocol=5)
    torch.save(tensors, FOLDER / "legacy.bin", _use_new_zipfile_serialization=False)
    expected("every-type", tensors)
    rare = {
        "uint16": torch.tensor([1, 65535], dtype=torch.uint16),
        "float8": torch.tensor([1.0, -2.0]).to(torch.float8_e4m3fn),
        "float32": torch.tensor([1.0, 2.0]),
    }
    torch.save(rare, FOLDER / "rare-types.pt")
    expected("rare-types", rare)
    torch.save(strided(), FOLDER / "strided.pt")
    torch.save(strided(), FOLDER / "strided-legacy.pt", _use_new_zipfile_serialization=False)
    expected("strided", strided())
    torch.save(nested(), FOLDER / "nested.pt")
    expected("nested", nested()["state_dict"])


def write_refused():
    torch.save({"weight": torch.ones(2), "evil": Evil()}, FOLDER / "evil.pt")
    torch.save(
        {"weight": torch.ones(2), "evil": Evil()},
        FOLDER / "evil-legacy.pt",
        _use_new_zipfile_serialization=False,
    )
    (FOLDER / "evil.pkl").write_bytes(pickle.dumps(Evil(), protocol=4))
    torch.save({"a": torch.ones(2).expand(1000, 2)}, FOLDER / "repeated.pt")
    torch.save(torch.ones(2), FOLDER / "unnamed.pt")
    torch.save({"layers": {"a": torch.ones(2)}, "epoch": 1}, FOLDER / "elsewhere.pt")
    with zipfile.ZipFile(FOLDER / "every-type.bin") as source:
        with zipfile.ZipFile(FOLDER / "deflated.pt", "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    module = torch.jit.script(torch.nn.Linear(2, 2))
    module.save(str(FOLDER / "script.pt"))


def write_models():
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=12, max_position_embeddings=16, num_labels=3,
    )
    model = BertForSequenceClassification(config)
    folder = FOLDER / "tiny-bert"
    folder.mkdir(parents=True, exist_ok=True)
    config.to_json_file(folder / "config.json")
    state = model.state_dict()
    torch.save(state, folder / "pytorch_model.bin")
    expected("tiny-bert", state)
    folder = FOLDER / "sharded-bert"
    folder.mkdir(parents=True, exist_ok=True)
    config.to_json_file(folder / "config.json")
    names = list(state)
    half = len(names) // 2
    map = {}
    for number, part in enumerate([names[:half], names[half:]], 1):
        file = f"pytorch_model-{number:05}-of-00002.bin"
        torch.save({name: state[name].clone() for name in part}, folder / file)
        map |= {name: file for name in part}
    import json

    index = {"metadata": {"total_size": 0}, "weight_map": map}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index))


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_plain()
    write_refused()
    write_models()


main()
