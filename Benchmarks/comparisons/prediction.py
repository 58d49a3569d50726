"""Prediction: tokens a second of many rows, and the time of one sentence."""

from dataclasses import dataclass

from harness import ours, theirs
from harness.contest import Contest
from harness.models import NAMES
from harness.process import Failure
from harness.rows import batches_of_sequences, log_normal, write
from harness.settings import Setting, eager
from harness.shape import Shape
from harness.verdicts import Verdict

SENTENCE = "the film is warm and funny, and its music is very good indeed"
SENTENCE_TOKENS = 16


@dataclass(frozen=True)
class Prediction:
    """Answers for a file of rows in the same batches, longest first; tokenizing and writing are left out."""

    key: str
    model: str
    floor: float
    batches: int
    quick_batches: int
    batch_size: int = 16

    kind = "prediction"

    @property
    def title(self):
        return f"{NAMES[self.model]}, prediction, batches of {self.batch_size}"

    def run(self, context):
        model = context.models.folder(self.model)
        precision = context.precision("bf16")
        count = self.quick_batches if context.quick else self.batches
        batches = batches_of_sequences(count, self.batch_size, log_normal(35))
        rows = write(context.scratch / f"{self.key}.jsonl", batches, ("sequences", self.batch_size))
        contest = Contest(
            context, self.title, lambda: ours.predict(context, model, rows, precision),
            lambda setting: theirs.predict(context, setting, model, rows), eager(precision)).run()
        work = {
            "tokens": rows.tokens(), "precision": precision,
            "operations": sum(map(Shape(model).prediction_operations, batches))}
        figures = contest.figures(work)
        large_pages = contest.large_pages
        return figures, [Verdict(
            key=self.key, work=self.title, unit="tokens/s", ours=work["tokens"] / contest.ours.seconds,
            theirs=work["tokens"] / contest.theirs.seconds, against=contest.theirs.name, ratio=contest.ratio,
            floor=context.floor("bf16", self.floor), note=context.note("bf16"),
            round_ratios=contest.round_ratios(),
            large_pages_ratio=large_pages and large_pages.seconds / contest.ours.seconds)]


@dataclass(frozen=True)
class Latency:
    """One short sentence: the median time of an answer without tokenizing."""

    key: str
    model: str
    floor: float
    repeats: int

    kind = "latency"

    @property
    def title(self):
        return f"{NAMES[self.model]}, one sentence of {SENTENCE_TOKENS} tokens, median"

    def run(self, context):
        model = context.models.folder(self.model)
        precision = context.precision("bf16")
        repeats = 30 if context.quick else self.repeats
        # What counts is the fastest of all precisions; ONNX Runtime is reported beside them.
        settings = list(dict.fromkeys([*eager(precision), Setting("fp32"), Setting("onnx")]))
        contest = Contest(
            context, self.title, lambda: ours.latency(context, model, SENTENCE, precision, repeats),
            lambda setting: theirs.latency(context, setting, model, SENTENCE, repeats), settings).run()
        figures = contest.figures({"precision": precision})
        for entry in (figures["ours"], *figures["theirs"]):
            if entry.get("tokens", SENTENCE_TOKENS) != SENTENCE_TOKENS:
                raise Failure(f"{self.title}: {entry['name']} saw {entry['tokens']} tokens")
        large_pages = contest.large_pages
        return figures, [Verdict(
            key=self.key, work=self.title, unit="ms", ours=contest.ours.seconds * 1e3,
            theirs=contest.theirs.seconds * 1e3, against=contest.theirs.name, ratio=contest.ratio,
            floor=context.floor("bf16", self.floor), note=context.note("bf16"),
            round_ratios=contest.round_ratios(),
            large_pages_ratio=large_pages and large_pages.seconds / contest.ours.seconds)]


PREDICTION = [
    Prediction("prediction-base", "base", 2, 24, 3),
    Prediction("prediction-minilm", "minilm", 1.5, 160, 20),
    Latency("latency-minilm", "minilm", 3, 1000),
    Latency("latency-base", "base", 2, 300),
]
