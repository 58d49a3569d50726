"""LoRA, AdaLoRA, VeRA and IA3 of PEFT on small models of Transformers, as folders, outputs and gradients.

Usage: adapters_peft.py VERB FOLDER, with JSON on standard input and, but for `make`, on standard output.
  make FOLDER     for each case makes FOLDER/NAME/base, FOLDER/NAME/adapter with random weights, and
                  FOLDER/NAME/reference.safetensors: inputs, outputs with and without the adapter, and gradients of all
                  that PEFT trains, by their names in the adapter's file
  load FOLDER     loads each adapter that we wrote on its case's base: what PEFT has to say about it, and how far the
                  outputs are from those beside it in outputs.safetensors
  combine FOLDER  two adapters of each case on one base, stacked and combined: FOLDER/NAME/combined.safetensors
  allocate FOLDER steps of AdaLoRA with given gradients: FOLDER/allocation.safetensors
"""

import json
import os
import sys
import warnings

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers.utils import logging

warnings.filterwarnings("ignore")
logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

import peft  # noqa: E402


def randomise(parameters, generator, deviation):
    with torch.no_grad():
        for value in parameters:
            value.add_(torch.randn(value.shape, generator=generator) * deviation)


def base(case):
    kind = getattr(transformers, case["architecture"])
    torch.manual_seed(case["seed"])
    model = kind(kind.config_class(**case["configuration"])).eval()
    generator = torch.Generator().manual_seed(case["seed"])
    randomise(model.parameters(), generator, 0.05)
    return model


def inputs(case, config):
    """Texts of different lengths, padded on the right."""
    generator = torch.Generator().manual_seed(case["seed"] + 1)
    lengths = case["lengths"]
    filling = getattr(config, "pad_token_id", None) or 0
    tokens = torch.full((len(lengths), max(lengths)), filling, dtype=torch.long)
    mask = torch.zeros_like(tokens)
    for row, length in enumerate(lengths):
        tokens[row, :length] = torch.randint(2, config.vocab_size, (length,), generator=generator)
        mask[row, :length] = 1
    return tokens, mask


def outputs(model, tokens, mask):
    logits = model(input_ids=tokens, attention_mask=mask).logits
    return logits if logits.dim() == 2 else logits[mask.bool()]


def file_name(name, case):
    """A parameter's name in the adapter's file."""
    name = name.replace(".modules_to_save.default", "")
    if name.endswith("lora_magnitude_vector.default.weight"):
        name = name[: -len(".weight")]
    return name.replace(".default", "")


def adapted(model, case, seed):
    """PEFT's model with everything that it trains moved off its start."""
    model = peft.get_peft_model(model, getattr(peft, case["kind"])(**case["settings"]))
    generator = torch.Generator().manual_seed(seed)
    trained = [value for name, value in sorted(model.named_parameters()) if value.requires_grad]
    randomise(trained, generator, case.get("deviation", 0.1))
    return model.eval()


def make(folder, cases):
    for case in cases:
        place = os.path.join(folder, case["name"])
        plain = base(case)
        plain.save_pretrained(os.path.join(place, "base"))
        tokens, mask = inputs(case, plain.config)
        values = {"tokens": tokens[mask.bool()], "lengths": torch.tensor(case["lengths"])}
        values["plain"] = outputs(plain, tokens, mask)
        model = adapted(plain, case, case["seed"] + 2)
        values["adapted"] = outputs(model, tokens, mask)
        generator = torch.Generator().manual_seed(case["seed"] + 3)
        values["probe"] = torch.randn(values["adapted"].shape, generator=generator) / len(values["adapted"])
        (values["adapted"] * values["probe"]).sum().backward()
        for name, value in model.named_parameters():
            if value.requires_grad and value.grad is not None:
                values["gradient." + file_name(name, case)] = value.grad
        save_file(
            {name: value.detach().clone().contiguous() for name, value in values.items()},
            os.path.join(place, "reference.safetensors"))
        model.save_pretrained(os.path.join(place, "adapter"), safe_serialization=not case.get("pickled", False))


def open_base(folder, case):
    return getattr(transformers, case["architecture"]).from_pretrained(os.path.join(folder, case["name"], "base")).eval()


def load(folder, requests):
    answers = []
    for request in requests:
        case = request["case"]
        plain = open_base(folder, case)
        tokens, mask = inputs(case, plain.config)
        config = peft.PeftConfig.from_pretrained(request["folder"])
        model = peft.get_peft_model(plain, config)
        told = model.load_adapter(request["folder"], "default")
        ours = load_file(os.path.join(request["folder"], "outputs.safetensors"))["outputs"]
        with torch.no_grad():
            found = outputs(model.eval(), tokens, mask)
        answers.append({
            "missing": sorted(told.missing_keys), "unexpected": sorted(told.unexpected_keys),
            "difference": float((found - ours).abs().max())})
    json.dump(answers, sys.stdout)


def combine(folder, cases):
    for case in cases:
        place = os.path.join(folder, case["name"])
        plain = base(case)
        plain.save_pretrained(os.path.join(place, "base"))
        tokens, mask = inputs(case, plain.config)
        for index in (0, 1):
            other = adapted(base(case), case, case["seed"] + 10 + index)
            other.save_pretrained(os.path.join(place, f"adapter{index}"))
        model = peft.PeftModel.from_pretrained(plain, os.path.join(place, "adapter0"), adapter_name="one")
        model.load_adapter(os.path.join(place, "adapter1"), adapter_name="two")
        model.eval()
        values = {"tokens": tokens[mask.bool()], "lengths": torch.tensor(case["lengths"])}

        def at_work(name):
            with torch.no_grad():
                values[name] = outputs(model, tokens, mask)

        with model.disable_adapter():
            at_work("none")
        for name in ("one", "two"):
            model.set_adapter(name)
            at_work(name)
        model.base_model.set_adapter(["one", "two"])
        at_work("stack")
        for combination in ("linear", "cat"):
            model.add_weighted_adapter(["one", "two"], [0.7, -0.4], combination, combination_type=combination)
            model.set_adapter(combination)
            at_work(combination)
        save_file({name: value.clone() for name, value in values.items()}, os.path.join(place, "combined.safetensors"))


def allocate(folder, case):
    place = os.path.join(folder, case["name"])
    plain = base(case)
    plain.save_pretrained(os.path.join(place, "base"))
    model = peft.get_peft_model(plain, peft.AdaLoraConfig(**case["settings"]))
    generator = torch.Generator().manual_seed(case["seed"] + 2)
    own = {name: value for name, value in sorted(model.named_parameters()) if "lora_" in name}
    randomise(own.values(), generator, 0.1)
    model.save_pretrained(os.path.join(place, "adapter"))
    values = {}
    regular = 0
    for name, value in own.items():
        if "lora_E" not in name:
            product = value @ value.T if "lora_A" in name else value.T @ value
            regular = regular + torch.norm(product - torch.eye(len(product)))
    count = sum("lora_E" not in name for name in own)
    values["regularization"] = case["settings"]["orth_reg_weight"] * regular / count
    for step in range(1, case["settings"]["total_step"] + 1):
        for name, value in own.items():
            value.grad = torch.randn(value.shape, generator=generator)
            values[f"{step}.gradient.{file_name(name, case)}"] = value.grad.clone()
            with torch.no_grad():
                value.sub_(value.grad, alpha=0.01)
        model.base_model.update_and_allocate(step)
        for name, value in own.items():
            if "lora_E" in name:
                values[f"{step}.values.{file_name(name, case)}"] = value.detach().clone()
    save_file(
        {name: value.detach().clone().contiguous() for name, value in values.items()},
        os.path.join(folder, "allocation.safetensors"))
    model.save_pretrained(os.path.join(place, "pruned"))
    tokens, mask = inputs(case, plain.config)
    with torch.no_grad():
        save_file(
            {"tokens": tokens[mask.bool()], "lengths": torch.tensor(case["lengths"]),
             "adapted": outputs(model.eval(), tokens, mask)}, os.path.join(place, "reference.safetensors"))


{"make": make, "load": load, "combine": combine, "allocate": allocate}[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
