"""How the other side may compute: what PyTorch and Transformers document for a CPU, and what goes beyond."""

from dataclasses import dataclass, replace

NAMES = {"fp32": "fp32", "autocast": "autocast bf16", "weights": "bf16 weights", "onnx": "ONNX Runtime, fp32"}


@dataclass(frozen=True)
class Setting:
    """One way to run the other side."""

    precision: str  # fp32, autocast (bf16 products over fp32 weights) or weights (everything in bf16)
    compiled: bool = False  # torch.compile
    large_pages: bool = False  # THP_MEM_ALLOC_ENABLE=1: PyTorch asks the kernel for pages of 2 MiB
    pad_to: int | None = None  # every batch padded to so many tokens; to its longest otherwise

    @property
    def name(self):
        parts = [NAMES[self.precision]]
        parts += ["torch.compile"] if self.compiled else []
        parts += ["large pages"] if self.large_pages else []
        parts += [f"padded to {self.pad_to}"] if self.pad_to else []
        return ", ".join(parts)

    @property
    def counts(self):
        """Whether the verdict may be against it: all but large pages, which a user has to know of."""
        return not self.large_pages and self.precision != "onnx"

    def arguments(self, compile_limit):
        given = ["--setting", self.precision]
        given += ["--compile", compile_limit] if self.compiled else []
        given += ["--pad-to", self.pad_to] if self.pad_to else []
        return given


def eager(precision):
    """The settings for work in a precision, without a compiler: in bf16 there are two."""
    return [Setting("autocast"), Setting("weights")] if precision == "bf16" else [Setting("fp32")]


def beyond(setting, compile_limit):
    """What is tried on top of the fastest setting: the compiler, and large pages."""
    tried = [replace(setting, compiled=True)] if compile_limit else []
    return [*tried, replace(setting, large_pages=True)]
