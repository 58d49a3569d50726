"""The other side of training: fine-tunes with Transformers and PyTorch, and prints JSON.

A plain loop, which is faster than `Trainer`: rows tokenised before, one fused AdamW, gradients set to none, scaled
dot-product attention; the loss read each step, as ours is.
"""

import json
import time

import setting

options = setting.parser(__doc__.splitlines()[0])
options.add_argument("rows", help="JSON Lines")
options.add_argument("--counts", required=True, help="the rows of each batch, as JSON; a step for each")
options.add_argument("--task", default="text", choices=["text", "tokens", "answers"], help="what the rows are for")
options.add_argument("--method", help="a parameter-efficient method, as JSON (see tuning.py); all weights without")
options.add_argument("--pad-to", type=int, help="pads every batch to so many tokens; else to its longest")
options.add_argument("--validation", help="JSON Lines that the trained model answers")
options.add_argument("--steps", type=int, help="steps of the run; one for each batch when left out")
options = options.parse_args()
torch, transformers = setting.start(options)


def encoded(rows):
    """The token ids of each row."""
    if options.task == "tokens":
        all = tokenizer([row["tokens"] for row in rows], is_split_into_words=True)
    elif options.task == "answers":
        all = tokenizer([row["question"] for row in rows], [row["context"] for row in rows])
    else:
        all = tokenizer([row["text"] for row in rows])
    return [torch.tensor(one) for one in all["input_ids"]]


def text_targets(rows):
    """One label a row."""
    return torch.tensor([names.index(row["label"]) for row in rows])


def tokens_targets(rows):
    """A label for the first token of each word; every word of these rows is one token."""
    return [torch.tensor([-100, *(names.index(tag) for tag in row["tags"]), -100]) for row in rows]


def answers_targets(rows):
    """The token that the answer begins with, which is its last one too: every word is one token."""
    return torch.tensor([
        len(row["question"].split()) + 2 + len(row["context"][: row["answers"]["answer_start"][0]].split())
        for row in rows])


rows = setting.read_rows(options.rows)
tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
if options.task == "text":
    names = sorted({row["label"] for row in rows})
elif options.task == "tokens":
    names = sorted({tag for row in rows for tag in row["tags"]})
else:
    names = ["start", "end"]
ids = encoded(rows)
targets = {"text": text_targets, "tokens": tokens_targets, "answers": answers_targets}[options.task](rows)
counts = json.loads(options.counts)
starts = [sum(counts[:place]) for place in range(len(counts))]
steps = options.steps or len(counts)

kind = {
    "text": transformers.AutoModelForSequenceClassification, "tokens": transformers.AutoModelForTokenClassification,
    "answers": transformers.AutoModelForQuestionAnswering}[options.task]
# A folder with a head for other labels gives its encoder alone.
made = {"num_labels": len(names), "ignore_mismatched_sizes": options.task != "text"}
if options.method:
    import tuning

    model = tuning.load(torch, transformers, kind, options.model, options.method, options.setting, **made)
else:
    model = setting.converted(torch, kind.from_pretrained(options.model, **made), options.setting)
model.train()
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(
    [{"params": [p for p in trained if p.dim() > 1], "weight_decay": 0.01},
     {"params": [p for p in trained if p.dim() <= 1], "weight_decay": 0.0}],
    lr=5e-5, fused=True)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / steps))
call = setting.compiled(torch, model, options, len({len(one) for one in ids}) == 1 or options.pad_to is not None)


def inputs(chosen):
    """Token ids padded to the longest, and the mask."""
    lengths = torch.tensor([len(one) for one in chosen])
    width = options.pad_to or int(lengths.max())
    padded = torch.full((len(chosen), width), tokenizer.pad_token_id or 0)
    for row, one in enumerate(chosen):
        padded[row, : len(one)] = one
    batch = {"input_ids": padded, "attention_mask": (torch.arange(width) < lengths[:, None]).long()}
    if options.task == "answers":
        # The question has the type 0, what follows its separator 1.
        ends = (padded == tokenizer.sep_token_id).cumsum(1) - (padded == tokenizer.sep_token_id).long()
        batch["token_type_ids"] = (ends == 1).long()
    return batch


def wanted(places, width):
    """What a batch is to be learned towards, as the model takes it."""
    chosen = targets[places]
    if options.task == "answers":
        return {"start_positions": chosen, "end_positions": chosen}
    if options.task == "tokens":
        padded = torch.full((len(chosen), width), -100)
        for row, one in enumerate(chosen):
            padded[row, : len(one)] = one
        return {"labels": padded}
    return {"labels": chosen}


def train(place):
    places = slice(starts[place], starts[place] + counts[place])
    batch = inputs(ids[places])
    with setting.precision(torch, options.setting):
        loss = call(**batch, **wanted(places, batch["input_ids"].shape[1])).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


with setting.Patience(options.compile):
    if options.compile:
        # The shortest and the longest batch: code for all lengths is made before the clock runs.
        by_width = sorted(range(steps), key=lambda place: max(map(len, ids[starts[place] :][: counts[place]])))
        for place in dict.fromkeys([by_width[len(by_width) // 2], by_width[0], by_width[-1]]):
            train(place)


def answers(rows):
    """The label that the model gives each row."""
    model.eval()
    given = []
    with torch.inference_mode(), setting.precision(torch, options.setting):
        for first in range(0, len(rows), 32):
            given += model(**inputs(encoded(rows[first : first + 32]))).logits.argmax(1).tolist()
    return [names[place] for place in given]


seconds, losses, first = [], [], None
for place in range(steps):
    start = time.perf_counter()
    losses.append(train(place))
    seconds.append(time.perf_counter() - start)
    first = first or time.time()

print(json.dumps({
    "seconds": seconds, "losses": losses, "first_step_at": first,
    "tokens": sum(len(one) for one in ids[: sum(counts)]), "attention": model.config._attn_implementation,
    "answers": answers(setting.read_rows(options.validation)) if options.validation else None,
}))
