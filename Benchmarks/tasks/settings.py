"""What both sides are told: one table, so that neither gets other settings."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """A task's settings."""

    metric: str  # what is compared, as our report names it
    epochs: int = 3
    rate: float = 1e-4
    batch: int = 16
    length: int = 256
    flags: list = field(default_factory=list)  # ours: task and columns


TASKS = {
    "intents": Settings("accuracy", rate=5e-4, length=64, flags=["--task", "text-classification"]),
    "pairs": Settings(
        "accuracy", epochs=2, length=128, flags=["--task", "text-classification", "--pair-column", "pair"]),
    "regression": Settings(
        "pearson", epochs=2, length=128, flags=["--task", "text-classification", "--problem", "regression"]),
    "tokens": Settings("f1", rate=2e-4, length=128, flags=["--task", "token-classification"]),
    "relations": Settings("f1_macro", epochs=2, rate=2e-4, length=128, flags=["--task", "relation-extraction"]),
    "answers": Settings("f1", epochs=4, rate=3e-4, length=384, flags=["--task", "question-answering"]),
    "embeddings": Settings("mrr@10", epochs=1, rate=5e-5, batch=32, flags=["--task", "sentence-embedding"]),
    "choice": Settings("accuracy", epochs=2, rate=1e-4, length=128, flags=["--task", "multiple-choice"]),
    "ranking": Settings("mrr", epochs=1, batch=8, flags=["--task", "ranking"]),
}
# The demo's recipe stands beside them where methods are compared.
REVIEWS = {"reviews": Settings("accuracy", epochs=1, rate=5e-5, length=128, flags=["--task", "text-classification"])}
ALL = {**TASKS, **REVIEWS}
