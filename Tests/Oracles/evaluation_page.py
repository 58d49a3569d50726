"""What Python's parser finds in pages of HTML: a JSON list of texts on standard input.

Prints for each page {"faults", "text", "ids", "sections"}; faults are tags that are not balanced,
ids that come twice, elements that load or run something, and addresses.
"""

import json
import sys
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input"}
LOADING = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "source", "use",
           "image", "base", "form"}
ADDRESSES = {"href", "src", "srcset", "action", "data", "poster", "xlink:href"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.sections, self.words = [], [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.look(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.look(tag, attributes)
        if not {"svg"} & set(self.open):
            self.faults.append(f"<{tag}/> outside of a drawing")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if "style" in self.open:
            if "url(" in data or "@import" in data or "//" in data:
                self.faults.append("the style loads something")
            return
        self.words.append(data)

    def handle_comment(self, data):
        self.faults.append(f"a comment: {data}")

    def look(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag in LOADING:
            self.faults.append(f"<{tag}>")
        for name, value in attributes:
            if name.startswith("on") or name in ADDRESSES:
                self.faults.append(f"{tag} {name}={value}")
            if name == "id":
                self.ids.append(value)
                if tag == "section":
                    self.sections.append(value)
            if any(word in (value or "") for word in ["nan", "inf "]) and name != "aria-label":
                if name in {"x", "y", "d", "width", "height", "cx", "cy", "x1", "x2", "y1", "y2"}:
                    self.faults.append(f"{tag} {name}={value}")


def examine(text):
    page = Page()
    page.feed(text)
    page.close()
    faults = page.faults + [f"<{tag}> stays open" for tag in page.open]
    faults += [f"id {name} twice" for name in set(page.ids) if page.ids.count(name) > 1]
    if not text.startswith("<!DOCTYPE html>"):
        faults.append("no document type")
    return {"faults": faults, "text": "".join(page.words), "ids": page.ids,
            "sections": page.sections}


json.dump([examine(text) for text in json.load(sys.stdin)], sys.stdout)
