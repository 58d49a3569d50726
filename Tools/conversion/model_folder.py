"""A model folder in Hugging Face's layout, which is there whole or not at all."""

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from safetensors.numpy import save_file

from .failure import ConversionFailure


@contextmanager
def new_model_folder(path):
    """A folder to fill; it gets its name `path` when the block ends, and is removed when it fails."""
    path = Path(path)
    if path.exists():
        raise ConversionFailure(f"{path} exists; remove it, or name another folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield partial
        partial.chmod(0o755)
        partial.rename(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def write_json(path, value):
    """Indented, in UTF-8, as Transformers writes it."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_weights(folder, weights):
    """`weights`: fp32 arrays by Transformers' names."""
    # Transformers refuses files that do not say for which framework they are.
    path = folder / "model.safetensors"
    save_file(weights, path, metadata={"format": "pt"})
    path.chmod(0o644)


def write_model_card(folder, *, licence, title, lines):
    """README.md: the licence in the spelling of the hub, and where the weights come from."""
    text = "\n".join(["---", f"license: {licence}", "---", "", f"# {title}", "", *lines, ""])
    (folder / "README.md").write_text(text, encoding="utf-8")


def summary(weights):
    """Such as `199 tensors, 65,400,000 parameters`."""
    parameters = sum(array.size for array in weights.values())
    return f"{len(weights)} tensors, {parameters:,} parameters"
