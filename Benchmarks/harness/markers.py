"""Sections of a Markdown file that a program writes, between comments that name them."""

import os
import re


def replaced(text, name, content):
    """The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced.

    Raises:
        ValueError: when the two comments are not there.
    """
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"there is no section '<!-- {name} -->' ... '<!-- /{name} -->' to write to")
    return pattern.sub(lambda found: f"{found.group(1)}{content}\n{found.group(2)}", text)


def write_sections(path, sections):
    """Writes sections, by name, into a file, whole or not at all."""
    text = path.read_text(encoding="utf-8")
    for name, content in sections.items():
        text = replaced(text, name, content)
    write_whole(path, text)


def write_whole(path, text):
    beside = path.with_name(f".{path.name}.partial")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
