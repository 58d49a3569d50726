"""Activations, norms and rotary embeddings of Transformers' own modules.

Usage: layers_elementwise.py VERB, with JSON on standard input and standard output.
  activations   {"names": [name], "input": [x]}: {name: [activation(x)]}
  norms         {"input": [[x]], "weight": [w], "epsilon": e}: {"llama": [...], "t5": [...]}, flattened
  gates         {"gate": [[x]], "up": [[x]], "activation": name}: Llama's feed-forward block before its last layer
  frequencies   [{"rope": {...}, "head": D, "maximum": P, "length": L or null}]: [{"angles": [...], "factor": f}]
  rotations     {"rope": {...}, "head": D, "maximum": P, "input": [T][heads][D], "positions": [T]}:
                {"halves": [...], "interleaved": [...]} of T * heads * D numbers, Llama's and GPT-J's
"""

import json
import sys

import torch
from transformers import LlamaConfig
from transformers.activations import ACT2FN
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.gptj import modeling_gptj
from transformers.models.llama import modeling_llama
from transformers.models.t5.modeling_t5 import T5LayerNorm

torch.set_num_threads(1)


def numbers(values):
    """A tensor of float32: in JSON a whole number looks like an integer."""
    return torch.tensor(values, dtype=torch.float32)


def activations(request):
    values = numbers(request["input"])
    return {name: ACT2FN[name](values).tolist() for name in request["names"]}


def norms(request):
    values, weight = numbers(request["input"]), numbers(request["weight"])
    results = {}
    for name, kind in {"llama": modeling_llama.LlamaRMSNorm, "t5": T5LayerNorm}.items():
        norm = kind(len(weight), eps=request["epsilon"])
        norm.weight.data = weight
        results[name] = norm(values).flatten().tolist()
    return results


def gates(request):
    gate, up = numbers(request["gate"]), numbers(request["up"])
    return (ACT2FN[request["activation"]](gate) * up).flatten().tolist()


def configuration(request):
    return LlamaConfig(
        hidden_size=4 * request["head"], num_attention_heads=4, head_dim=request["head"],
        max_position_embeddings=request["maximum"], rope_parameters=request["rope"])


def frequencies(requests):
    results = []
    for request in requests:
        config = configuration(request)
        kind = request["rope"]["rope_type"]
        compute = ROPE_INIT_FUNCTIONS.get(kind, modeling_llama.LlamaRotaryEmbedding.compute_default_rope_parameters)
        angles, factor = compute(config, device=torch.device("cpu"), seq_len=request.get("length"))
        results.append({"angles": angles.tolist(), "factor": float(factor)})
    return results


def rotations(request):
    values = numbers(request["input"])[None]  # [1, T, heads, D]
    positions = torch.tensor(request["positions"])[None]
    cosines, sines = modeling_llama.LlamaRotaryEmbedding(configuration(request))(values, positions)
    halves, _ = modeling_llama.apply_rotary_pos_emb(values, values, cosines, sines, unsqueeze_dim=2)
    half = request["head"] // 2
    interleaved = modeling_gptj.apply_rotary_pos_emb(values, sines[..., :half], cosines[..., :half])
    return {"halves": halves.flatten().tolist(), "interleaved": interleaved.flatten().tolist()}


VERBS = {
    "activations": activations, "norms": norms, "gates": gates, "frequencies": frequencies, "rotations": rotations}

json.dump(VERBS[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
