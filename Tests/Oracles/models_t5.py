"""T5 and mT5 as Transformers computes, stores and loads them.

Usage: models_t5.py VERB FOLDER, with JSON on standard input and, for `load`, on standard output.
  encode FOLDER     for each case and head makes FOLDER/NAME/HEAD, a model folder, and FOLDER/NAME/HEAD.safetensors:
                    inputs, outputs, probes, and the gradients of all parameters of the outputs' products with them
  load FOLDER       loads each folder that is named, and prints what Transformers has to say about it, with its outputs
"""

import json
import os
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

HEADS = {
    "encoder": "EncoderModel", "model": "Model", "generation": "ForConditionalGeneration",
    "sequence": "ForSequenceClassification", "token": "ForTokenClassification", "span": "ForQuestionAnswering"}


def randomise(model, generator):
    """Moves every weight off its usual start; the biases by distance are large enough to matter."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if "norm" in name or name.endswith("bias"):
                value.add_(noise * 0.1)
            else:
                value.copy_(noise * (0.5 if "relative_attention_bias" in name else 0.2))


def store(model, case, folder):
    """Writes a model folder, in the form that the case wants."""
    model.save_pretrained(folder)
    path = os.path.join(folder, "model.safetensors")
    weights = load_file(path)
    prefix = "transformer." if "transformer.shared.weight" in weights else ""
    if case.get("ownOutput") and "lm_head" in dict(model.named_children()):
        generator = torch.Generator().manual_seed(case["seed"] + 9)
        weights["lm_head.weight"] = torch.randn(weights["shared.weight"].shape, generator=generator) * 0.2
    if case.get("old"):
        shared = weights[prefix + "shared.weight"]
        for name in ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight"):
            if name.startswith("encoder") or any(".EncDecAttention." in other for other in weights):
                weights[prefix + name] = shared.clone()
        if "lm_head" in dict(model.named_children()):
            weights["lm_head.weight"] = shared.clone()
        if any(".EncDecAttention." in other for other in weights):
            weights[prefix + "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"] = torch.ones(
                model.config.relative_attention_num_buckets, model.config.num_heads)
    if case.get("standIn"):
        weights[prefix + "encoder.embed_tokens.weight"] = weights.pop(prefix + "shared.weight")
    save_file(weights, path, metadata={"format": "pt"})

    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    if case.get("old"):
        config["torch_dtype"] = config.pop("dtype")
        newer = ("scale_decoder_outputs", "is_gated_act", "dense_act_fn", "num_decoder_layers", "tie_word_embeddings")
        for key in newer:
            config.pop(key, None)
        config.update(n_positions=512, output_past=True, task_specific_params={}, transformers_version="4.23.1")
    if case.get("ownOutput"):
        # As version 4 wrote it.
        config["tie_word_embeddings"] = False
        config.pop("scale_decoder_outputs", None)
    with open(path, "w") as file:
        json.dump(config, file, indent=2)


def sequences(case, config, generator):
    """Texts with the end token once in each, not always at the end; and targets."""
    sources = []
    for place, length in enumerate(case["lengths"]):
        tokens = torch.randint(2, config.vocab_size, (length,), generator=generator)
        tokens[length - 1 if place % 2 == 0 else length // 2] = 1
        sources.append(tokens)
    targets = [torch.randint(2, config.vocab_size, (length,), generator=generator) for length in case["targets"]]
    return sources, targets


def padded(rows):
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def flat(values, rows):
    """The values at the rows' own tokens."""
    return torch.cat([value[: len(row)] for value, row in zip(values, rows)])


def outputs(head, model, sources, targets):
    mask = padded([torch.ones(len(row), dtype=torch.long) for row in sources])
    batch = {"input_ids": padded(sources), "attention_mask": mask}
    if head in ("model", "generation"):
        start = torch.tensor([model.config.decoder_start_token_id])
        batch["decoder_input_ids"] = padded([torch.cat([start, row[:-1]]) for row in targets])
    result = model(**batch)
    if head == "encoder":
        return {"hidden": flat(result.last_hidden_state, sources)}
    if head == "model":
        return {
            "hidden": flat(result.last_hidden_state, targets),
            "source": flat(result.encoder_last_hidden_state, sources)}
    if head == "generation":
        return {"logits": flat(result.logits, targets)}
    if head == "sequence":
        return {"logits": result.logits}
    if head == "token":
        return {"logits": flat(result.logits, sources)}
    return {"start": flat(result.start_logits, sources), "end": flat(result.end_logits, sources)}


def encode(folder, cases):
    for case in cases:
        for place, head in enumerate(HEADS):
            prefix = "MT5" if case["family"] == "mt5" else "T5"
            config = getattr(transformers, prefix + "Config")(**case["configuration"])
            generator = torch.Generator().manual_seed(case["seed"] * 100 + place)
            kind = getattr(transformers, prefix + HEADS[head])
            model = kind(config)
            randomise(model, generator)
            where = os.path.join(folder, case["name"], head)
            store(model, case, where)
            # What Transformers makes of the folder, not what it was made from, is the reference.
            model = kind.from_pretrained(where).eval()
            sources, targets = sequences(case, model.config, generator)
            values = {
                "tokens": torch.cat(sources), "lengths": torch.tensor([len(row) for row in sources]),
                "targets": torch.cat(targets), "target_lengths": torch.tensor([len(row) for row in targets])}
            total = 0
            for name, value in outputs(head, model, sources, targets).items():
                probe = torch.randn(value.shape, generator=generator) / len(value)
                total = total + (value * probe).sum()
                values["output." + name], values["probe." + name] = value, probe
            total.backward()
            for name, parameter in model.named_parameters():
                gradient = parameter.grad
                values["gradient." + name] = torch.zeros_like(parameter) if gradient is None else gradient
            save_file(
                {name: value.detach().clone().contiguous() for name, value in values.items()}, where + ".safetensors")


def load(_, requests):
    answers = []
    for request in requests:
        kind = getattr(transformers, request["class"])
        model, report = kind.from_pretrained(request["folder"], output_loading_info=True)
        model.eval()
        sources = [torch.tensor(row) for row in request["sources"]]
        targets = [torch.tensor(row) for row in request["targets"]]
        head = next(name for name, ending in HEADS.items() if request["class"] in ("T5" + ending, "MT5" + ending))
        with torch.no_grad():
            result = outputs(head, model, sources, targets)
        answers.append({
            "missing": sorted(report["missing_keys"]), "unexpected": sorted(report["unexpected_keys"]),
            "mismatched": [str(item) for item in report["mismatched_keys"]],
            "architectures": model.config.architectures,
            "outputs": {name: [float(number) for number in value.flatten()] for name, value in result.items()}})
    json.dump(answers, sys.stdout)


VERBS = {"encode": encode, "load": load}
VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
