"""Renders templates with the environment that Transformers compiles chat templates in.

Reads {"cases": [{"template": ..., "variables": {...}}]} and prints, for each, {"text": ...} or
{"error": ..., "raised": whether the template itself raised it}; "generations" are the ranges of
characters that `generation` blocks wrote.
"""

import json
import sys

import jinja2
from transformers.utils import chat_template_utils as utils


def render(case):
    try:
        template = utils._cached_compile_jinja_template(case["template"])
        blocks, indices = [], []
        with template.environment.activate_tracker(blocks, indices):
            for block in template.generate(**case["variables"]):
                blocks.append(block)
        text = "".join(blocks)
        text.encode("utf-8")
        return {"text": text, "generations": [list(pair) for pair in indices]}
    except Exception as error:
        raised = type(error) is jinja2.exceptions.TemplateError
        return {"error": str(error), "raised": raised}


if __name__ == "__main__":
    json.dump([render(case) for case in json.load(sys.stdin)["cases"]], sys.stdout)
