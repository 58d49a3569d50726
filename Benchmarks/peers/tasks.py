"""The other side of the encoder tasks: tunes with Transformers and PyTorch as its examples do, and prints JSON.

Rows of like lengths share a batch (`group_by_length`), padded to its longest; bf16 by autocast, AdamW with decay of
matrices, a linear schedule without warm-up, gradients clipped to 1: what Transformers' own example scripts do, at their
fastest settings.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tasks.settings import ALL as TASKS  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("task", choices=TASKS)
parser.add_argument("model")
parser.add_argument("folder", type=Path, help="the rows")
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--method", help="a parameter-efficient method, as JSON (see tuning.py); all weights without")
parser.add_argument("--rate", type=float, help="the learning rate; the task's own when left out")
options = parser.parse_args()

import numpy  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from torch.nn import functional  # noqa: E402

transformers.utils.logging.set_verbosity_error()
torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)
settings = TASKS[options.task]
tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)


def rows(name):
    with open(options.folder / f"{name}.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def pad(lists, value=0):
    width = max(map(len, lists))
    return torch.tensor([list(one) + [value] * (width - len(one)) for one in lists])


def inputs(encodings):
    """Token ids, types and mask of encodings, padded to the longest."""
    kept = {"input_ids": pad([one["input_ids"] for one in encodings], tokenizer.pad_token_id)}
    kept["attention_mask"] = pad([[1] * len(one["input_ids"]) for one in encodings])
    if "token_type_ids" in encodings[0]:
        kept["token_type_ids"] = pad([one["token_type_ids"] for one in encodings])
    return kept


def encode(texts, pairs=None, **more):
    """One encoding a text."""
    all = tokenizer(texts, pairs, truncation=True, max_length=settings.length, **more)
    return [{key: all[key][row] for key in all.keys()} for row in range(len(all["input_ids"]))]


class Text:
    """Labels or numbers of texts and pairs."""

    def __init__(self):
        self.train, self.test = rows("train"), rows("test")
        self.is_number = options.task == "regression"
        self.names = [] if self.is_number else sorted({row["label"] for row in self.train})
        self.model = transformers.AutoModelForSequenceClassification.from_pretrained(
            options.model, num_labels=max(1, len(self.names)))

    def examples(self):
        return list(zip(self.encoded(self.train), self.train))

    def encoded(self, part):
        pairs = [row["pair"] for row in part] if "pair" in part[0] else None
        return encode([row["text"] for row in part], pairs)

    def loss(self, batch):
        logits = self.model(**inputs([one for one, _ in batch])).logits
        if self.is_number:
            return functional.mse_loss(logits[:, 0], torch.tensor([row["label"] for _, row in batch]))
        return functional.cross_entropy(logits, torch.tensor([self.names.index(row["label"]) for _, row in batch]))

    def score(self):
        logits = torch.cat([
            self.model(**inputs(part)).logits for part in batches(self.encoded(self.test), 32)])
        if self.is_number:
            return numpy.corrcoef(logits[:, 0], [row["label"] for row in self.test])[0, 1]
        answers = [self.names[place] for place in logits.argmax(1)]
        return numpy.mean([one == row["label"] for one, row in zip(answers, self.test)])


class Tokens:
    """Entities: a label a word, on its first sub-token."""

    def __init__(self):
        self.train, self.test = self.read("train"), self.read("test")
        self.names = sorted({tag for _, tags in self.train for tag in tags})
        self.model = transformers.AutoModelForTokenClassification.from_pretrained(
            options.model, num_labels=len(self.names))

    def read(self, name):
        sentences, words = [], []
        for line in (options.folder / f"{name}.conll").read_text(encoding="utf-8").splitlines() + [""]:
            if line.strip():
                words.append(line.split("\t"))
            elif words:
                sentences.append(([one[0] for one in words], [one[-1] for one in words]))
                words = []
        return sentences

    def encoded(self, words):
        one = tokenizer(words, is_split_into_words=True, truncation=True, max_length=settings.length)
        places, last = [], None
        for place, word in enumerate(one.word_ids()):
            if word is not None and word != last:
                places.append((place, word))
            last = word
        return dict(one), places

    def examples(self):
        return [(*self.encoded(words), tags) for words, tags in self.train]

    def loss(self, batch):
        logits = self.model(**inputs([one for one, _, _ in batch])).logits
        chosen = [(row, place, self.names.index(tags[word]))
                  for row, (_, places, tags) in enumerate(batch) for place, word in places]
        at, place, target = map(torch.tensor, zip(*chosen))
        return functional.cross_entropy(logits[at, place], target)

    def score(self):
        from seqeval.metrics import f1_score
        given = []
        for words, tags in self.test:
            one, places = self.encoded(words)
            best = self.model(**inputs([one])).logits[0].argmax(1)
            answer = ["O"] * len(tags)
            for place, word in places:
                answer[word] = self.names[best[place]]
            given.append(answer)
        return f1_score([tags for _, tags in self.test], given)


class Relations:
    """Relations of two marked entities: a dense layer over the vectors at their start markers."""

    MARKERS = ["[E1]", "[/E1]", "[E2]", "[/E2]"]

    def __init__(self):
        self.train, self.test = rows("train"), rows("test")
        self.names = sorted({row["relation"] for row in self.train})
        tokenizer.add_special_tokens({"additional_special_tokens": self.MARKERS})
        self.model = transformers.AutoModel.from_pretrained(options.model, add_pooling_layer=False)
        self.model.resize_token_embeddings(len(tokenizer))
        self.model.head = torch.nn.Linear(2 * self.model.config.hidden_size, len(self.names))
        torch.nn.init.normal_(self.model.head.weight, std=self.model.config.initializer_range)
        torch.nn.init.zeros_(self.model.head.bias)
        self.dropout = torch.nn.Dropout(self.model.config.hidden_dropout_prob)
        self.starts = tokenizer.convert_tokens_to_ids(["[E1]", "[E2]"])

    def encoded(self, part):
        texts = []
        for row in part:
            text = row["text"]
            for old, new in zip(("<e1>", "</e1>", "<e2>", "</e2>"), self.MARKERS):
                text = text.replace(old, f"{new} " if "/" not in new else f" {new}")
            texts.append(text)
        return encode(texts)

    def logits(self, encodings):
        batch = inputs(encodings)
        hidden = self.model(**batch).last_hidden_state
        at = [(batch["input_ids"] == one).int().argmax(1) for one in self.starts]
        row = torch.arange(len(encodings))
        vectors = torch.cat([hidden[row, one] for one in at], 1)
        return self.model.head(self.dropout(vectors) if self.model.training else vectors)

    def examples(self):
        return list(zip(self.encoded(self.train), self.train))

    def loss(self, batch):
        target = torch.tensor([self.names.index(row["relation"]) for _, row in batch])
        return functional.cross_entropy(self.logits([one for one, _ in batch]), target)

    def score(self):
        logits = torch.cat([self.logits(part) for part in batches(self.encoded(self.test), 32)])
        return official([row["relation"] for row in self.test], [self.names[place] for place in logits.argmax(1)])


def official(expected, given):
    """SemEval-2010 task 8's score: the mean F1 of the nine relations, right only with the right direction."""
    bare = [one.split("(")[0] for one in expected], [one.split("(")[0] for one in given]
    scores = []
    for name in sorted(set(bare[0]) - {"Other"}):
        right = sum(one == other for one, other, kind in zip(expected, given, bare[0]) if kind == name)
        total = bare[0].count(name) + bare[1].count(name)
        scores.append(2 * right / total if total else 0.0)
    return numpy.mean(scores)


class Answers:
    """Answers within paragraphs, by windows, as Transformers' example for questions."""

    def __init__(self):
        self.train, self.test = self.read("train"), self.read("test")
        self.model = transformers.AutoModelForQuestionAnswering.from_pretrained(options.model)

    def read(self, name):
        data = json.loads((options.folder / f"{name}.json").read_text(encoding="utf-8"))["data"]
        return [(one["question"], paragraph["context"], one["answers"])
                for article in data for paragraph in article["paragraphs"] for one in paragraph["qas"]]

    def windows(self, question, context):
        all = tokenizer(
            question, context, truncation="only_second", max_length=settings.length, stride=128,
            return_overflowing_tokens=True, return_offsets_mapping=True)
        for row in range(len(all["input_ids"])):
            kinds = all.sequence_ids(row)
            yield {"input_ids": all["input_ids"][row], "token_type_ids": all["token_type_ids"][row]}, [
                offset if kind == 1 else None for offset, kind in zip(all["offset_mapping"][row], kinds)]

    def examples(self):
        found = []
        for question, context, given in self.train:
            start = given[0]["answer_start"]
            end = start + len(given[0]["text"])
            for one, offsets in self.windows(question, context):
                inside = [place for place, offset in enumerate(offsets) if offset]
                first = last = 0
                if offsets[inside[0]][0] <= start and offsets[inside[-1]][1] >= end:
                    first = max(place for place in inside if offsets[place][0] <= start)
                    last = min(place for place in inside if offsets[place][1] >= end)
                found.append((one, first, last))
        return found

    def loss(self, batch):
        return self.model(
            **inputs([one for one, _, _ in batch]), start_positions=torch.tensor([one[1] for one in batch]),
            end_positions=torch.tensor([one[2] for one in batch])).loss

    def score(self):
        scores = []
        for question, context, given in self.test:
            candidates = []
            for one, offsets in self.windows(question, context):
                out = self.model(**inputs([one]))
                start, end = out.start_logits[0].numpy(), out.end_logits[0].numpy()
                for first in numpy.argsort(start)[-1:-21:-1]:
                    for last in numpy.argsort(end)[-1:-21:-1]:
                        if offsets[first] and offsets[last] and first <= last < first + 30:
                            candidates.append((start[first] + end[last], offsets[first][0], offsets[last][1]))
            best = max(candidates)
            scores.append(max(overlap(context[best[1] : best[2]], one["text"]) for one in given))
        return numpy.mean(scores)


def overlap(given, expected):
    """SQuAD's F1 of two answers."""
    import collections
    import re
    import string

    def words(text):
        text = "".join(one for one in text.lower() if one not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    one, other = words(given), words(expected)
    if not one or not other:
        return float(one == other)
    shared = sum((collections.Counter(one) & collections.Counter(other)).values())
    return 2 * shared / (len(one) + len(other))


class Embeddings:
    """Vectors of texts, by in-batch negatives."""

    def __init__(self):
        self.train, self.test = rows("train"), rows("test")
        self.model = transformers.AutoModel.from_pretrained(options.model)

    def vectors(self, encodings):
        batch = inputs(encodings)
        hidden = self.model(**batch).last_hidden_state
        mask = batch["attention_mask"][:, :, None]
        return functional.normalize((hidden * mask).sum(1) / mask.sum(1))

    def examples(self):
        anchors = encode([row["anchor"] for row in self.train])
        return list(zip(anchors, encode([row["positive"] for row in self.train]), self.train))

    def loss(self, batch):
        scores = 20 * self.vectors([one[0] for one in batch]) @ self.vectors([one[1] for one in batch]).T
        texts = [one[2]["positive"] for one in batch]
        same = torch.tensor([[i != j and texts[i] == texts[j] for j in range(len(batch))] for i in range(len(batch))])
        return functional.cross_entropy(scores.masked_fill(same, -1e9), torch.arange(len(batch)))

    def score(self):
        texts = sorted({row["positive"] for row in self.test})
        documents = torch.cat([self.vectors(part) for part in batches(encode(texts), 32)])
        queries = encode([row["anchor"] for row in self.test])
        scores = torch.cat([self.vectors(part) for part in batches(queries, 32)]) @ documents.T
        total = 0.0
        for row, line in zip(self.test, scores):
            rank = int((line > line[texts.index(row["positive"])]).sum()) + 1
            total += 1 / rank if rank <= 10 else 0
        return total / len(self.test)


class Choice:
    """The right one of several texts."""

    def __init__(self):
        self.train, self.test = rows("train"), rows("test")
        self.model = transformers.AutoModelForMultipleChoice.from_pretrained(options.model)

    def logits(self, part):
        flat = encode([row["question"] for row in part for _ in row["choices"]],
                      [one for row in part for one in row["choices"]])
        batch = inputs(flat)
        count = len(part[0]["choices"])
        return self.model(**{key: value.view(len(part), count, -1) for key, value in batch.items()}).logits

    def examples(self):
        return self.train

    def loss(self, batch):
        return functional.cross_entropy(self.logits(batch), torch.tensor([row["label"] for row in batch]))

    def score(self):
        right = 0
        for part in batches(self.test, 8):
            right += sum(int(one == row["label"]) for one, row in zip(self.logits(part).argmax(1), part))
        return right / len(self.test)


class Ranking:
    """Documents in the order of how well they answer, each scored together with the query."""

    def __init__(self):
        self.train, self.test = rows("train"), rows("test")
        self.model = transformers.AutoModelForSequenceClassification.from_pretrained(options.model, num_labels=1)

    def logits(self, part):
        return self.model(**inputs(encode(
            [row["query"] for row in part for _ in row["documents"]],
            [one for row in part for one in row["documents"]]))).logits[:, 0]

    def examples(self):
        return self.train

    def loss(self, batch):
        target = torch.tensor([float(one) for row in batch for one in row["labels"]])
        return functional.binary_cross_entropy_with_logits(self.logits(batch), target)

    def score(self):
        total = 0.0
        for row in self.test:
            order = self.logits([row]).argsort(descending=True).tolist()
            total += 1 / (1 + order.index(row["labels"].index(1)))
        return total / len(self.test)


def batches(all, size):
    return [all[first : first + size] for first in range(0, len(all), size)]


def length(example):
    """About how many tokens an example has."""
    return len(json.dumps(example[0] if isinstance(example, tuple) else example, default=str))


def grouped(examples):
    """An epoch's batches: rows of like lengths out of random thousands, the batches in random order."""
    source.shuffle(examples)
    ordered = [one for part in batches(examples, 50 * settings.batch) for one in sorted(part, key=length)]
    found = batches(ordered, settings.batch)
    source.shuffle(found)
    return found


KINDS = {
    "reviews": Text, "intents": Text, "pairs": Text, "regression": Text, "tokens": Tokens, "relations": Relations,
    "answers": Answers, "embeddings": Embeddings, "choice": Choice, "ranking": Ranking,
}

work = KINDS[options.task]()
if options.method:
    import tuning

    work.model = tuning.tuned(torch, work.model, json.loads(options.method))
examples = work.examples()
total = settings.epochs * -(-len(examples) // settings.batch)
trained = [one for one in work.model.parameters() if one.requires_grad]
matrices, others = ([one for one in trained if (one.dim() > 1) == wide] for wide in (True, False))
optimizer = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
    lr=options.rate or settings.rate, fused=True)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / total))
work.model.train()
source = random.Random(options.seed)
began = time.perf_counter()
for _ in range(settings.epochs):
    for batch in grouped(examples):
        with torch.autocast("cpu", torch.bfloat16):
            loss = work.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
seconds = time.perf_counter() - began
work.model.eval()
with torch.inference_mode():
    print(json.dumps({
        "task": options.task, "seed": options.seed, "score": float(work.score()), "seconds": seconds,
        "examples": len(examples),
        "trainable_share": sum(one.numel() for one in trained) / sum(one.numel() for one in work.model.parameters())}))
