"""Renders conversations with Transformers' `apply_chat_template`.

  tokenizers_chat.py FOLDER TOKENIZER OUT [PREFIX ...]
      every *.jinja of FOLDER whose name begins with one of the prefixes, with every conversation
      below; TOKENIZER is a tokenizer's folder. OUT becomes a list of {"name", "template",
      "request", "text"} or {..., "error", "raised"}, as JSON.
  tokenizers_chat.py requests TOKENIZER OUT
      the same for {"template", "request"} read from standard input, with ids and masks too.
"""

import json
import pathlib
import sys

import jinja2
from transformers import PreTrainedTokenizerFast

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Gets the weather \"now\" <in> a city & beyond.",
    "parameters": {"type": "object", "properties": {
        "city": {"type": "string", "description": "The city, e.g. São Paulo"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        "days": {"type": "array", "items": {"type": "integer"}, "default": [1, 2]}},
        "required": ["city"]}, "return": {"type": "number", "description": "Degrees"}}}
SUM = {"type": "function", "function": {
    "name": "add", "description": "Adds numbers.", "parameters": {
        "type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"]}}}
TOOLS = [WEATHER, SUM]
SYSTEM = {"role": "system", "content": "You are a careful assistant.\n\nBe brief."}
ASK = {"role": "user", "content": "  What is 2 + 2? <b>'quoted'</b>\n"}
ANSWER = {"role": "assistant", "content": "It's 4.\nAnything else?  "}
AGAIN = {"role": "user", "content": "Merci! Et à Paris, il fait chaud? 🌡️ 中文"}
THOUGHT = {"role": "assistant", "content": "<think>\nEasy.\n</think>\n\nFour."}
REASONED = {"role": "assistant", "reasoning_content": "I add them.\n", "content": "Four."}
DOCUMENTS = [{"title": "Sums", "text": "2 + 2 = 4"}, {"title": "Capitals", "text": "Paris"}]


def call(arguments, identifier="abcdefghi", content=None, name="get_weather"):
    message = {"role": "assistant", "tool_calls": [
        {"id": identifier, "type": "function",
         "function": {"name": name, "arguments": arguments}}]}
    return {"role": "assistant", "content": content, **message} if content is not None else message


def result(content="22.5", identifier="abcdefghi"):
    return {"role": "tool", "tool_call_id": identifier, "name": "get_weather", "content": content}


def requests():
    plain = dict(tools=None, documents=None, prompt=False, continues=False, variables={})
    yield dict(plain, messages=[ASK])
    yield dict(plain, messages=[ASK], prompt=True)
    yield dict(plain, messages=[SYSTEM, ASK], prompt=True)
    yield dict(plain, messages=[SYSTEM, ASK, ANSWER])
    yield dict(plain, messages=[ASK, ANSWER, AGAIN], prompt=True)
    yield dict(plain, messages=[SYSTEM, ASK, ANSWER, AGAIN, ANSWER, ASK], prompt=True)
    yield dict(plain, messages=[ASK, ANSWER], continues=True)
    yield dict(plain, messages=[ASK, THOUGHT, AGAIN], prompt=True)
    yield dict(plain, messages=[ASK, REASONED, AGAIN, REASONED])
    yield dict(plain, messages=[ASK], prompt=True, variables={"enable_thinking": False})
    yield dict(plain, messages=[SYSTEM, ASK], prompt=True,
               variables={"enable_thinking": True, "thinking": True, "date_string": "1 Jan 2025",
                          "reasoning_effort": "high", "custom_tools": None})
    yield dict(plain, messages=[SYSTEM, AGAIN], tools=TOOLS, prompt=True)
    yield dict(plain, messages=[AGAIN], tools=[SUM], prompt=True)
    for arguments in ({"city": "Paris", "unit": "celsius", "days": [1, 2.0, None, True]},
                      json.dumps({"city": "Paris"})):
        yield dict(plain, messages=[SYSTEM, AGAIN, call(arguments), result(), ANSWER, ASK],
                   tools=TOOLS, prompt=True)
        yield dict(plain, messages=[AGAIN, call(arguments, content="Let me see."), result()],
                   tools=TOOLS, prompt=True)
        yield dict(plain, messages=[AGAIN, call(arguments)], tools=TOOLS)
    yield dict(plain, messages=[AGAIN, call({"a": 1, "b": -2.5}, name="add", content=""),
                                result("-1.5"), ANSWER], tools=[SUM])
    yield dict(plain, messages=[AGAIN, call({}), result(), result("7")], prompt=True)
    yield dict(plain, messages=[ASK], documents=DOCUMENTS, prompt=True)
    yield dict(plain, messages=[ANSWER, ASK])
    yield dict(plain, messages=[ASK, ASK])
    yield dict(plain, messages=[ASK, SYSTEM, ANSWER])
    yield dict(plain, messages=[{"role": "user", "content": [
        {"type": "text", "text": "Look: "}, {"type": "text", "text": "what is 1?"}]}], prompt=True)
    yield dict(plain, messages=[{"role": "user", "content": [
        {"type": "image"}, {"type": "text", "text": "What is this?"}]}], prompt=True)
    yield dict(plain, messages=[{"role": "developer", "content": "Short."}, ASK], prompt=True)
    yield dict(plain, messages=[{"role": "user", "content": ""}, {
        "role": "assistant", "content": None}])
    yield dict(plain, messages=[{"role": "oracle", "content": "?"}], prompt=True)


def render(tokenizer, template, request, tokenize=False):
    try:
        options = dict(
            tools=request.get("tools"), documents=request.get("documents"),
            add_generation_prompt=request.get("prompt", False),
            continue_final_message=request.get("continues", False), chat_template=template,
            **request.get("variables", {}))
        text = tokenizer.apply_chat_template(request["messages"], tokenize=False, **options)
        text.encode("utf-8")
        answer = {"text": text}
        if tokenize:
            masked = not request.get("continues", False)
            out = tokenizer.apply_chat_template(
                request["messages"], return_dict=True, return_assistant_tokens_mask=masked,
                **options)
            answer["ids"] = out["input_ids"]
            answer["mask"] = out["assistant_masks"] if masked else None
        return answer
    except Exception as error:
        raised = type(error) is jinja2.exceptions.TemplateError
        return {"error": str(error), "raised": raised}


def main():
    source, folder, out = sys.argv[1:4]
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    answers = []
    if source == "requests":
        for case in json.load(sys.stdin):
            answers.append(
                {**case, **render(tokenizer, case.get("template"), case["request"], True)})
    else:
        prefixes = tuple(sys.argv[4:]) or ("",)
        for path in sorted(pathlib.Path(source).glob("*.jinja")):
            if path.name.startswith(prefixes):
                template = path.read_text("utf-8")
                for request in requests():
                    answers.append({"name": path.name, "template": template, "request": request,
                                    **render(tokenizer, template, request)})
    pathlib.Path(out).write_text(json.dumps(answers), "utf-8")


if __name__ == "__main__":
    main()
