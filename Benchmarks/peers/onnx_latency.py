"""One sentence's latency with ONNX Runtime, fp32, from the model that torch.onnx exports; prints JSON."""

import argparse
import contextlib
import io
import json
import sys
import tempfile
import warnings
from pathlib import Path

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("model")
options.add_argument("sentence")
options.add_argument("--threads", type=int, required=True)
options.add_argument("--repeats", type=int, required=True)
options = options.parse_args()

try:
    import onnxruntime
    import onnxscript  # noqa: F401  (torch.onnx needs it)
except ImportError as missing:
    print(json.dumps({"unfinished": f"{missing.name} is not installed"}))
    sys.exit()

import numpy  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402

from latency import percentiles  # noqa: E402

transformers.logging.set_verbosity_error()
warnings.simplefilter("ignore")
tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)


class Logits(torch.nn.Module):
    """The model as tensors in, a tensor out."""

    def __init__(self):
        super().__init__()
        self.model = transformers.AutoModelForSequenceClassification.from_pretrained(options.model).eval()

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def export(file):
    """Writes the model with free numbers of sentences and tokens."""
    example = tokenizer(["two sentences of unequal length", "go"], padding=True, return_tensors="pt")
    axes = {0: torch.export.Dim("sentences"), 1: torch.export.Dim("tokens", max=512)}
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(
            Logits(), (example["input_ids"], example["attention_mask"]), file, dynamo=True,
            input_names=["input_ids", "attention_mask"], output_names=["logits"],
            dynamic_shapes={"input_ids": axes, "attention_mask": axes})


with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "model.onnx"
    export(str(file))
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])


def inputs():
    encoded = tokenizer(options.sentence, return_tensors="np")
    return {name: encoded[name].astype(numpy.int64) for name in ("input_ids", "attention_mask")}


ready = inputs()
logits = session.run(None, ready)[0][0]
print(json.dumps({
    "tokens": int(ready["input_ids"].shape[1]),
    "computing": percentiles(lambda: session.run(None, ready)[0].tolist(), options.repeats),
    "withTokenizing": percentiles(lambda: session.run(None, inputs())[0].tolist(), options.repeats),
    "probabilities": torch.tensor(logits).softmax(0).tolist()}))
