"""Training: tokens a second, memory, and the share of what matrix products alone would reach."""

from dataclasses import dataclass

from harness import ours, theirs
from harness.contest import Contest
from harness.methods import BOTTLENECK, LORA, LORA_ALL, PREFIX, QLORA, Method
from harness.models import NAMES
from harness.rows import batches_of_sequences, batches_of_tokens, log_normal, write
from harness.settings import Setting, eager
from harness.shape import Shape
from harness.verdicts import Verdict

MEAN_LENGTH = 35
# Mean, longest and shortest rows of each task.
LENGTHS = {"text": (MEAN_LENGTH,), "tokens": (MEAN_LENGTH,), "answers": (180, 384, 24)}
WORK = {"tokens": "entities (a label a word)", "answers": "answers within paragraphs (mean 180 tokens)"}
TUTORIAL_LENGTH = 128


@dataclass(frozen=True)
class Training:
    """Full fine-tuning of a model, both sides on the same rows in the same batches."""

    key: str
    model: str
    steps: int  # that are measured
    quick_steps: int
    floor: float | None = None
    precision: str = "bf16"
    batch: tuple = ("sequences", 16)
    length: int | None = None  # of every row; log-normal lengths otherwise
    task: str = "text"  # what the rows are for: a key of `harness.rows.TASKS`
    is_tutorial: bool = False  # the other side as most people begin: padded to 128, fp32, random order
    method: Method | None = None  # what is tuned instead of all weights
    memory_ceiling: float | None = None
    share_floor: float | None = None

    kind = "training"

    @property
    def title(self):
        name = NAMES[self.model]
        if self.is_tutorial:
            return f"{name}, against the common tutorial (padded to {TUTORIAL_LENGTH}, fp32, random order)"
        if self.length:
            return f"{name}, documents of {self.length} tokens"
        if self.method:
            return f"{name}, {self.method.title}, batches of {self.batch[1]}"
        if self.task != "text":
            return f"{name}, {WORK[self.task]}, batches of {self.batch[1]}"
        size = f"batches of {self.batch[1]:,}" + (" tokens" if self.batch[0] == "tokens" else "")
        return f"{name}, full fine-tuning, {size}" + (", fp32" if self.precision == "fp32" else "")

    def rows(self, context):
        """The rows, and how many steps warm up."""
        warm_up = 2 if context.quick or self.length or self.is_tutorial else 4
        count = warm_up + (self.quick_steps if context.quick else self.steps)
        if self.length:
            batches = [[self.length] * self.batch[1] for _ in range(count)]
        elif self.batch[0] == "tokens":
            batches = batches_of_tokens(count, self.batch[1], log_normal(MEAN_LENGTH))
        elif self.is_tutorial:
            batches = batches_of_sequences(
                count, self.batch[1], log_normal(MEAN_LENGTH, longest=TUTORIAL_LENGTH), ordered=False)
        else:
            lengths = log_normal(*LENGTHS[self.task])
            batches = batches_of_sequences(count, self.batch[1], lengths)
        path, model = context.scratch / f"{self.key}.jsonl", context.models.folder(self.model)
        return write(path, batches, self.batch, self.task, model=model), warm_up

    def run(self, context):
        """Gives the figures, then the verdicts."""
        model = context.models.folder(self.model)
        rows, warm_up = self.rows(context)
        precision = context.precision(self.precision)
        settings = [Setting("fp32", pad_to=TUTORIAL_LENGTH)] if self.is_tutorial else eager(precision)
        if self.share_floor:
            context.measure_peak()
        contest = Contest(
            context, self.title, lambda: ours.train(context, model, rows, precision, warm_up, method=self.method),
            lambda setting: theirs.train(context, setting, model, rows, warm_up, method=self.method), settings,
            go_beyond=not self.is_tutorial).run()
        if self.share_floor:
            context.measure_peak()
        measured = rows.batches[warm_up:]
        shape = Shape(model)
        operations = shape.adapter_operations if self.method else shape.training_operations
        work = {
            "tokens": rows.tokens(warm_up), "steps": len(measured), "precision": precision,
            "operations": sum(map(operations, measured))}
        return contest.figures(work), list(self.verdicts(context, contest, work))

    def verdicts(self, context, contest, work):
        large_pages = contest.large_pages
        yield Verdict(
            key=self.key, work=self.title, unit="tokens/s", ours=work["tokens"] / contest.ours.seconds,
            theirs=work["tokens"] / contest.theirs.seconds, against=contest.theirs.name, ratio=contest.ratio,
            floor=context.floor(self.precision, self.floor), note=context.note(self.precision),
            round_ratios=contest.round_ratios(),
            large_pages_ratio=large_pages and large_pages.seconds / contest.ours.seconds)
        if self.memory_ceiling:
            yield from self.memory(context, contest)
        if self.share_floor:
            yield self.share(context, contest, work)

    def memory(self, context, contest):
        """Against their fastest setting, and against the one that keeps fp32 weights as ours does."""
        mine = contest.ours.peak_mib
        what = self.method.title if self.method else "fine-tuning"
        alike = Setting("autocast")
        others = {"": contest.theirs, ", fp32 weights on both sides": contest.entries.get(alike)}
        for addition, other in others.items():
            if other is None or (addition and other is contest.theirs):
                continue
            key = f"memory-{self.key}" if self.method else "memory"
            yield Verdict(
                key=key + ("-fp32-weights" if addition else ""),
                work=f"{NAMES[self.model]}, peak memory of {what}{addition}", unit="MiB", ours=mine,
                theirs=other.peak_mib, against=other.name, ratio=mine / other.peak_mib,
                floor=context.floor(self.precision, self.memory_ceiling), at_most=True,
                note=context.note(self.precision))

    def share(self, context, contest, work):
        precision = work["precision"]
        rate, peak = work["operations"] / contest.ours.seconds / 1e9, context.peak(precision)
        return Verdict(
            key="share", work=f"{self.title}: share of the matrix-product peak", unit="GFLOP/s", ours=rate,
            theirs=peak, against=f"PyTorch's {precision} products alone", ratio=rate / peak,
            floor=context.floor(self.precision, self.share_floor), is_share=True,
            note=context.note(self.precision))


DOCUMENTS = ("sequences", 4)
TOKENS = ("tokens", 2048)

TRAINING = [
    Training("training-base-16", "base", 16, 3, floor=1.8, memory_ceiling=0.7),
    Training("training-minilm-16", "minilm", 60, 8, floor=1.6),
    Training("training-minilm-2048", "minilm", 16, 3, floor=1.7, batch=TOKENS),
    Training("training-base-2048", "base", 6, 2, batch=TOKENS, share_floor=0.78),
    Training("tutorial-base", "base", 4, 1, floor=7, is_tutorial=True),
    Training("tutorial-minilm", "minilm", 16, 3, floor=7, is_tutorial=True),
    Training("fp32-base", "base", 10, 2, floor=1.5, precision="fp32"),
    Training("fp32-minilm", "minilm", 40, 6, floor=1.25, precision="fp32"),
    Training("documents-base", "base", 5, 1, floor=1.8, batch=DOCUMENTS, length=512),
    Training("tokens-base", "base", 10, 2, floor=2, task="tokens"),
    Training("tokens-minilm", "minilm", 40, 6, floor=2, task="tokens"),
    Training("answers-base", "base", 4, 1, floor=2, batch=("sequences", 8), task="answers"),
    Training("answers-minilm", "minilm", 16, 3, floor=2, batch=("sequences", 8), task="answers"),
    Training("lora-base", "base", 16, 3, floor=2, method=LORA, memory_ceiling=0.7),
    Training("lora-all-base", "base", 16, 3, floor=2.5, method=LORA_ALL),
    Training("lora-minilm", "minilm", 60, 8, floor=1.8, method=LORA),
    Training("bottleneck-base", "base", 10, 2, method=BOTTLENECK),
    Training("lora-smollm2", "smollm2", 10, 2, floor=2, method=LORA),
    Training("qlora-smollm2", "smollm2", 10, 2, method=QLORA),
    Training("prefix-smollm2", "smollm2", 10, 2, method=PREFIX),
    Training("documents-minilm", "minilm", 12, 2, floor=2.5, batch=DOCUMENTS, length=512),
]
