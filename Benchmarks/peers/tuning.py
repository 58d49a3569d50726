"""A model of the other side made ready for a parameter-efficient method. Imported by scripts that have torch."""

import json

# What our roles are called in the models of the benchmark.
NAMES = {"bert": {"query": "query", "value": "value"}, "llama": {"query": "q_proj", "value": "v_proj"}}


def load(torch, transformers, kind, folder, method, setting, **options):
    """The model that a class makes of a folder, in the setting's precision, with the method of `harness.methods`.

    The base is frozen. With bf16 weights the method's own are bf16 too, which is faster than PEFT's default of fp32.
    """
    method = json.loads(method)
    bf16 = setting == "weights"
    if method.get("base") == "nf4":
        options["quantization_config"] = transformers.BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16 if setting != "fp32" else torch.float32,
            llm_int8_skip_modules=["score", "classifier"])
        options["dtype"] = torch.bfloat16 if bf16 else torch.float32
    model = kind.from_pretrained(folder, **options)
    if bf16 and "quantization_config" not in options:
        model = model.to(torch.bfloat16)
    return tuned(torch, model, method, autocast_adapter_dtype=not bf16)


def tuned(torch, model, method, **options):
    """A model with its base frozen and a method added."""
    if method["kind"] == "bottleneck":
        return with_bottlenecks(torch, model, method["reduction"])
    import peft

    return peft.get_peft_model(model, configuration(peft, model, method), **options)


def configuration(peft, model, method):
    if method["kind"] == "prefix":
        return peft.PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=method["tokens"])
    targets = method["targets"]
    if targets != "all-linear":
        targets = [NAMES[model.config.model_type][one] for one in targets.split(",")]
    # PEFT keeps the heads of these two kinds trainable; of a model that is neither, its own default.
    kind = "TOKEN_CLS" if "TokenClassification" in type(model).__name__ else "SEQ_CLS"
    return peft.LoraConfig(
        task_type=kind, r=method["rank"], lora_alpha=method["alpha"], lora_dropout=0.0, target_modules=targets)


def with_bottlenecks(torch, model, reduction):
    """BERT with an adapter after the attention and after the feed-forward part of each layer (Houlsby et al., 2019)."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith("classifier."))
    width, kind = model.config.hidden_size, model.dtype

    class Bottleneck(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = torch.nn.Linear(width, width // reduction), torch.nn.Linear(width // reduction, width)
            for layer in (self.down, self.up):
                torch.nn.init.normal_(layer.weight, std=0.02)
                torch.nn.init.zeros_(layer.bias)

        def forward(self, hidden):
            return hidden + self.up(torch.relu(self.down(hidden)))

    for layer in model.base_model.encoder.layer:
        for part in (layer.attention.output, layer.output):
            part.dropout = torch.nn.Sequential(part.dropout, Bottleneck().to(kind))
    return model
