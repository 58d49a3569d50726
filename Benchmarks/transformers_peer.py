"""The other side: fine-tunes with Transformers and PyTorch at their best setting on a CPU, and prints JSON.

A plain loop, which is faster than `Trainer`: rows tokenised before, batches of like lengths padded to their longest,
one fused AdamW, gradients set to none, scaled dot-product attention; the loss read each step, as ours is.
"""

import argparse
import json
import os
import time

options = argparse.ArgumentParser()
options.add_argument("model")
options.add_argument("rows")
options.add_argument("--precision", choices=["fp32", "bf16"], required=True)
options.add_argument("--batch-size", type=int, default=16)
options.add_argument("--steps", type=int, required=True)
options.add_argument("--threads", type=int, required=True)
options = options.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import torch  # noqa: E402  (reads the environment)
import transformers  # noqa: E402
from torch.nn.utils.rnn import pad_sequence  # noqa: E402
from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: E402

transformers.logging.set_verbosity_error()
torch.set_num_threads(options.threads)
torch.manual_seed(7)

with open(options.rows, encoding="utf-8") as file:
    rows = [json.loads(line) for line in file]
tokenizer = AutoTokenizer.from_pretrained(options.model)
names = sorted({row["label"] for row in rows})
ids = [torch.tensor(one) for one in tokenizer([row["text"] for row in rows])["input_ids"]]
labels = torch.tensor([names.index(row["label"]) for row in rows])

model = AutoModelForSequenceClassification.from_pretrained(options.model, num_labels=len(names))
model.train()
decayed = [p for p in model.parameters() if p.dim() > 1]
others = [p for p in model.parameters() if p.dim() <= 1]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
    lr=5e-5, fused=True)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / options.steps)


def batch(step):
    """Inputs padded to the longest of the batch, the mask, the labels."""
    places = slice(step * options.batch_size, (step + 1) * options.batch_size)
    chosen = ids[places]
    padded = pad_sequence(chosen, batch_first=True, padding_value=tokenizer.pad_token_id)
    counts = torch.tensor([len(one) for one in chosen])
    mask = (torch.arange(padded.shape[1]) < counts[:, None]).long()
    return padded, mask, labels[places]


def train(step):
    padded, mask, targets = batch(step)
    with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16"):
        loss = model(input_ids=padded, attention_mask=mask, labels=targets).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


seconds, losses, first = [], [], None
for step in range(options.steps):
    start = time.perf_counter()
    losses.append(train(step))
    seconds.append(time.perf_counter() - start)
    first = first or time.time()

print(json.dumps({
    "seconds": seconds, "losses": losses, "first_step_at": first,
    "tokens": sum(len(one) for one in ids[: options.steps * options.batch_size]),
    "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    "attention": model.config._attn_implementation,
}))
