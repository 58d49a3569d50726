"""The other side of prediction: answers with Transformers and PyTorch in inference mode, and prints JSON.

Rows are tokenised before the clock runs, sorted by length, longest first, and cut into batches, as ours are.
"""

import json
import time

import setting

options = setting.parser(__doc__.splitlines()[0])
options.add_argument("rows", help="JSON Lines")
options.add_argument("--batch-size", type=int, required=True)
options = options.parse_args()
torch, transformers = setting.start(options)

tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
ids = [torch.tensor(one) for one in tokenizer([row["text"] for row in setting.read_rows(options.rows)])["input_ids"]]
model = transformers.AutoModelForSequenceClassification.from_pretrained(options.model)
model = setting.converted(torch, model, options.setting).eval()
call = setting.compiled(torch, model, options, len({len(one) for one in ids}) == 1)
order = sorted(range(len(ids)), key=lambda row: -len(ids[row]))
batches = [order[first : first + options.batch_size] for first in range(0, len(order), options.batch_size)]


def answer(rows):
    """The probabilities of each label, for each row."""
    lengths = torch.tensor([len(ids[row]) for row in rows])
    width = int(lengths.max())
    padded = torch.full((len(rows), width), tokenizer.pad_token_id)
    for place, row in enumerate(rows):
        padded[place, : len(ids[row])] = ids[row]
    mask = (torch.arange(width) < lengths[:, None]).long()
    with setting.precision(torch, options.setting):
        logits = call(input_ids=padded, attention_mask=mask).logits
    return logits.float().softmax(1).tolist()


with torch.inference_mode():
    with setting.Patience(options.compile):
        if options.compile:
            for rows in (batches[len(batches) // 2], batches[-1], batches[0]):
                answer(rows)
    probabilities = [None] * len(ids)
    start = time.perf_counter()
    for rows in batches:
        for row, values in zip(rows, answer(rows)):
            probabilities[row] = values
    seconds = time.perf_counter() - start

print(json.dumps({
    "seconds": seconds, "tokens": sum(map(len, ids)), "rows": len(ids),
    "positive": [values[1] for values in probabilities[:64]],
}))
