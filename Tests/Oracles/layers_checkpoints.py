"""Checkpoint files as Python's own libraries write and read them.

Usage: layers_checkpoints.py VERB ARGUMENTS
  read FILE              prints {"metadata": {...}, "tensors": {name: {"type", "shape", "bytes"}}} of a safetensors file
  sums FILE              prints {name: [sum, sum of squares]} of a safetensors file
  rewrite FILE OTHER     reads a safetensors file and writes it again with the same metadata
  safetensors FOLDER     writes safetensors files of every element type and odd names
  torch FOLDER           writes state dicts with torch.save, sound and unsound, and their values as safetensors
  transformers FOLDER    writes one small BERT with save_pretrained, whole and in shards
  load FOLDER            prints what Transformers reports on loading that BERT from a folder
"""

import base64
import json
import os
import sys
import zipfile

import torch
from safetensors import safe_open
from safetensors.torch import save_file

TYPES = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float64": torch.float64,
    "int64": torch.int64,
    "int32": torch.int32,
    "int16": torch.int16,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "bool": torch.bool,
}


def samples():
    """A tensor of each element type, an empty one, one of rank 0, and names that JSON must escape."""
    generator = torch.Generator().manual_seed(5)
    tensors = {}
    for name, type in TYPES.items():
        values = torch.randn(3, 5, generator=generator) * 40
        tensors[f"layer.{name}"] = (values > 0) if type == torch.bool else values.abs().to(type)
    tensors["empty"] = torch.zeros(0, 4)
    tensors["scalar"] = torch.tensor(2.5)
    tensors['quote " and \\ and \t'] = torch.arange(3.0)
    tensors["名字.é"] = torch.arange(4)
    return tensors


def contents(tensor):
    dense = tensor.detach().contiguous().reshape(-1)
    return bytes(dense.view(torch.uint8).numpy().tobytes()) if dense.numel() else b""


def read(path):
    result = {"metadata": {}, "tensors": {}}
    with safe_open(path, framework="pt") as file:
        result["metadata"] = file.metadata() or {}
        for name in file.keys():
            tensor = file.get_tensor(name)
            result["tensors"][name] = {
                "type": str(tensor.dtype).removeprefix("torch."),
                "shape": list(tensor.shape),
                "bytes": base64.b64encode(contents(tensor)).decode(),
            }
    print(json.dumps(result))


def sums(path):
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name).double() for name in file.keys()}
    print(json.dumps({name: [value.sum().item(), value.square().sum().item()] for name, value in tensors.items()}))


def rewrite(path, other):
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        save_file(tensors, other, metadata=file.metadata())


def write_safetensors(folder):
    save_file(samples(), os.path.join(folder, "all.safetensors"), metadata={"format": "pt", "note": "é \"x\""})
    save_file({"a": torch.ones(2)}, os.path.join(folder, "plain.safetensors"))


class Odd:
    """A class that no reader of weights knows."""


def write_torch(folder):
    def path(name):
        return os.path.join(folder, name)

    torch.manual_seed(3)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3), torch.nn.Embedding(5, 2))
    state = model.state_dict()
    assert hasattr(state, "_metadata")
    torch.save(state, path("module.bin"))
    save_file({k: v.contiguous() for k, v in state.items()}, path("module.safetensors"))
    for protocol in (3, 4, 5):
        torch.save(state, path(f"protocol{protocol}.bin"), pickle_protocol=protocol)

    views = dict(samples())
    base = torch.arange(24.0).reshape(4, 6)
    views.update(
        transposed=base.t(), sliced=base[1:3, 2:5], stepped=base[:, ::2], expanded=base[:1].expand(3, 6),
        row=base[2], whole=base, parameter=torch.nn.Parameter(base.clone() + 1),
        gradient=base.clone().requires_grad_(True))
    torch.save(views, path("views.bin"))
    save_file({k: v.detach().clone().contiguous() for k, v in views.items()}, path("views.safetensors"))

    torch.save(state, path("legacy.bin"), _use_new_zipfile_serialization=False)
    torch.save({"epoch": 3, "loss": 0.5, "state_dict": state}, path("training.bin"))
    torch.save([base], path("list.bin"))
    torch.save(base, path("bare.bin"))
    torch.save(model, path("module-object.bin"))
    torch.save({"a": base, "odd": Odd()}, path("odd.bin"))
    torch.save({1: base}, path("numbered.bin"))
    torch.save({}, path("nothing.bin"))
    torch.save({"c": torch.ones(2, dtype=torch.complex64)}, path("complex.bin"))
    torch.save({"u": torch.ones(2, dtype=torch.uint16)}, path("uint16.bin"))
    torch.jit.script(torch.nn.Linear(2, 2)).save(path("script.bin"))

    with zipfile.ZipFile(path("module.bin")) as stored, zipfile.ZipFile(
            path("packed.bin"), "w", zipfile.ZIP_DEFLATED) as packed:
        for name in stored.namelist():
            packed.writestr(name, stored.read(name))

    shards = [dict(list(state.items())[:3]), dict(list(state.items())[3:])]
    os.makedirs(path("sharded"))
    weight_map = {}
    for index, shard in enumerate(shards):
        name = f"pytorch_model-0000{index + 1}-of-00002.bin"
        torch.save(shard, os.path.join(folder, "sharded", name))
        weight_map.update({key: name for key in shard})
    with open(os.path.join(folder, "sharded", "pytorch_model.bin.index.json"), "w") as file:
        json.dump({"metadata": {"total_size": 1}, "weight_map": weight_map}, file)


def small_bert():
    from transformers import BertConfig, BertModel

    torch.manual_seed(7)
    return BertModel(BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=20))


def write_transformers(folder):
    model = small_bert()
    model.save_pretrained(os.path.join(folder, "whole"))
    model.save_pretrained(os.path.join(folder, "sharded"), max_shard_size="8KB")
    assert len(os.listdir(os.path.join(folder, "sharded"))) > 3


def load(folder):
    from transformers import BertModel

    model, report = BertModel.from_pretrained(folder, output_loading_info=True)
    reference = small_bert().state_dict()
    print(json.dumps({
        "missing": sorted(report["missing_keys"]),
        "unexpected": sorted(report["unexpected_keys"]),
        "equal": all(torch.equal(value, reference[name]) for name, value in model.state_dict().items()),
    }))


VERBS = {
    "read": read, "sums": sums, "rewrite": rewrite, "safetensors": write_safetensors, "torch": write_torch,
    "transformers": write_transformers, "load": load,
}
VERBS[sys.argv[1]](*sys.argv[2:])
