"""Start-up: from the start of the process to the end of the first training step, and tokenizing."""

import sys
from dataclasses import dataclass

from harness import ours, process, theirs
from harness.contest import Contest
from harness.places import DEMO_DATA, DEMO_MODEL, GPT2_FILES, PEERS, TOKENIZATION
from harness.rows import batches_of_sequences, log_normal, write
from harness.settings import eager
from harness.verdicts import Verdict


@dataclass(frozen=True)
class Start:
    """64 rows, one step of 16: everything a user waits for before training is under way."""

    key: str = "start"
    title: str = "MiniLM, from process start to the end of the first training step"
    floor: float = 5

    kind = "start"

    def run(self, context):
        precision = context.precision("bf16")
        batches = batches_of_sequences(4, 16, log_normal(35))
        rows = write(context.scratch / "start.jsonl", batches, ("sequences", 16))
        contest = Contest(
            context, self.title, lambda: ours.train(context, DEMO_MODEL, rows, precision, warm_up=0, steps=1),
            lambda setting: theirs.train(context, setting, DEMO_MODEL, rows, warm_up=0, steps=1),
            eager(precision), go_beyond=False).run()
        return contest.figures({"precision": precision}), [Verdict(
            key=self.key, work=self.title, unit="s", ours=contest.ours.seconds, theirs=contest.theirs.seconds,
            against=contest.theirs.name, ratio=contest.ratio, floor=context.floor("bf16", self.floor),
            note=context.note("bf16"), round_ratios=contest.round_ratios())]


@dataclass(frozen=True)
class Tokenizing:
    """Tokens a second of our tokenizer and of Hugging Face's `tokenizers`, one thread and two."""

    key: str = "tokenizing"
    title: str = "tokenizing the demo's reviews"

    kind = "tokenizing"

    def model(self, context):
        """The folder of the tokenizer."""
        return DEMO_MODEL

    def run(self, context):
        context.say(self.title)
        corpus = context.scratch / "reviews.txt"
        corpus.write_text((DEMO_DATA / "train.csv").read_text(encoding="utf-8"), encoding="utf-8")
        outcome = process.run(
            [TOKENIZATION, self.model(context), sys.executable, PEERS / "tokenization.py", corpus], context.threads,
            context.scratch)
        lines = [[cell.strip() for cell in line.split("|")] for line in outcome.output.strip().splitlines()]
        table = [line for line in lines if len(line) == 7]
        verdicts = []
        for corpus_name, threads, mine, other, ratio, _, _ in table[1:]:
            if corpus_name == corpus.name:
                number = lambda cell: float(cell.removesuffix(" M"))  # noqa: E731
                plural = "s" if threads != "1" else ""
                verdicts.append(Verdict(
                    key=f"{self.key}-{threads}", work=f"{self.title}, {threads} thread{plural}",
                    unit="million tokens/s", ours=number(mine), theirs=number(other),
                    against="tokenizers, encode_batch", ratio=float(ratio)))
        load = next((line for line in lines if line[0] == "load"), None)
        return {"name": self.title, "table": table, "load": load}, verdicts


@dataclass(frozen=True)
class TokenizingPairs(Tokenizing):
    """The same with GPT-2's vocabulary, where its files lie beside the project."""

    key: str = "tokenizing-pairs"
    title: str = "tokenizing the demo's reviews as GPT-2 does"

    def model(self, context):
        folder = context.scratch / "gpt2"
        folder.mkdir(exist_ok=True)
        # Here, not above: the tables are read where the package is not installed, too.
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers

        tokenizer = Tokenizer(models.BPE.from_file(
            str(GPT2_FILES / "gpt2-vocab.json"), str(GPT2_FILES / "gpt2-merges.txt")))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.save(str(folder / "tokenizer.json"))
        return folder


START = [Start(), Tokenizing()] + ([TokenizingPairs()] if GPT2_FILES.exists() else [])
