#!/usr/bin/env python3
"""What `make lint` checks beyond swift-format: who imports whom, lengths, and what traps or prints.

Usage: check-layers.py [ROOT]

Each target imports only what stands above it in the table below (ARCHITECTURE.md explains it), and
libtorch's C functions are seen by `Torch` alone.
"""

import re
import sys
from pathlib import Path

DIRECT = {
    # target: what it stands on, as far as it needs it; what those stand on is allowed as well
    "Clibtorch": [],
    "CTorch": ["Clibtorch"],
    "Torch": ["CTorch"],
    "Tokenizers": [],
    "Datasets": [],
    "Evaluation": [],
    "Hub": [],
    "Layers": ["Torch"],
    "Models": ["Layers", "Tokenizers"],
    "Generation": ["Models"],
    "Optimizers": ["Layers"],
    "Adapters": ["Models"],
    "Tasks": ["Models", "Datasets", "Evaluation", "Generation"],
    "Training": ["Tasks", "Optimizers", "Adapters"],
    "Tracking": ["Evaluation"],
    "Compression": ["Tasks"],
    "Recipes": ["Training", "Tracking", "Hub"],
    "Serving": ["Tasks", "Adapters"],
    "Finetune": ["Recipes", "Serving", "Compression"],
    "FinetuneCommand": ["Finetune"],
}

ONLY_FROM = {"CTorch": {"Torch"}, "Clibtorch": {"CTorch"}}
"""Targets that not even everything above them may import."""

OUTSIDE = {
    # libraries from elsewhere: the targets that may see them
    "ArgumentParser": {"FinetuneCommand"},
    "Yams": {"Recipes"},
    "SwiftProtobuf": {"Tracking"},
    "Hummingbird": {"Serving"},
    "HummingbirdTLS": {"Serving"},
    "HTTPTypes": {"Serving"},
    "NIOCore": {"Hub", "Serving"},
    "NIOHTTP1": {"Hub"},
    "NIOHTTPCompression": {"Hub"},
    "AsyncHTTPClient": {"Hub"},
    "GRDB": {"Serving"},
}

SYSTEM = {
    "Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Synchronization",
    "Glibc", "Musl", "Darwin", "Swift", "System", "Testing", "_Concurrency",
}

LONGEST = 400
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)
FORBIDDEN = (
    (re.compile(r"(?<![\w.])print\("), "prints; only the command does", {"FinetuneCommand"}),
    (re.compile(r"\btry!"), "has `try!`; throw the error on", set()),
    (re.compile(r"\bfatalError\("), "has `fatalError`; throw an error that a person understands",
     set()),
)
SOURCES = (".swift", ".cpp", ".cc", ".h", ".hpp", ".c")


def allowed(target):
    """Everything that a target may import, itself excluded."""
    found, left = set(), list(DIRECT[target])
    while left:
        below = left.pop()
        if below not in found:
            found.add(below)
            left += DIRECT[below]
    return {name for name in found if target in ONLY_FROM.get(name, {target})}


def without_comments_and_strings(text):
    """The same text with comments and the contents of string literals blanked, line for line."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|#"""(.*?)"""#|"""(?:\\.|[^\\])*?"""|#".*?"#|"(?:\\.|[^"\\\n])*"',
        re.DOTALL,
    )
    return pattern.sub(lambda found: "\n" * found.group(0).count("\n"), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def problems_of_file(root, path):
    name = path.relative_to(root)
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = len(text.splitlines())
    if lines > LONGEST:
        yield f"{name}: {lines} lines, {LONGEST} at most; one concept a file"
    if name.parts[0] != "Sources" or path.suffix != ".swift":
        return
    target = name.parts[1]
    code = without_comments_and_strings(text)
    if target not in DIRECT:
        return
    for found in IMPORT.finditer(code):
        complaint = problem_of_import(target, found.group(1))
        if complaint:
            yield f"{name}:{line_of(code, found.start(1))}: {complaint}"
    for pattern, complaint, exempt in FORBIDDEN:
        if target in exempt:
            continue
        for found in pattern.finditer(code):
            yield f"{name}:{line_of(code, found.start())}: {complaint}"


def problem_of_import(target, module):
    if module in SYSTEM or module == target:
        return None
    if module in DIRECT:
        if module in allowed(target):
            return None
        names = ", ".join(sorted(allowed(target))) or "none of the project's targets"
        return f"{target} must not import {module}; it may import {names}"
    if module not in OUTSIDE:
        return f"{module} is not in the table of Scripts/check-layers.py; say who may import it"
    if target not in OUTSIDE[module]:
        return f"{target} must not import {module}; only {', '.join(OUTSIDE[module])} may"
    return None


def problems(root):
    sources = root / "Sources"
    for folder in sorted(sources.iterdir()):
        if folder.is_dir() and folder.name not in DIRECT:
            yield f"Sources/{folder.name}: not in the table of Scripts/check-layers.py"
    for top in ("Sources", "Tests", "Benchmarks"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCES and ".build" not in path.parts:
                yield from problems_of_file(root, path)


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[1]
    found = list(problems(root))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        print(f"{len(found)} problem(s)", file=sys.stderr)
        return 1
    print("layers, lengths and house rules: nothing to complain about")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
