"""A hub of models that speaks the Hugging Face hub's HTTP protocol on two ports of this machine: one
for the hub, one for the network that large files come from. It makes trouble on demand.

It prints its ports as a line of JSON, takes commands as lines of JSON on standard input, answers each
with a line, and ends with its input:

  {"do": "repository", "name": ..., "revisions": {"main": {"config.json": {"text": ...},
   "model.safetensors": {"size": ..., "seed": ..., "large": true}, "vocab.txt": {"path": ...}}},
   "token": ..., "gated": ...,
   "bare": ...}               answers with the commits of the revisions
  {"do": "alias", "name": ..., "of": ...}
  {"do": "fault", "match": REGEX, "times": N, ...}    see Fault
  {"do": "requests", "match": REGEX}                  what was asked for so far
  {"do": "stalled", "match": REGEX}                   waits until a request stalls
  {"do": "release"}                                   lets stalled requests end
"""

import gzip
import hashlib
import json
import random
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

LOCK = threading.Condition()
REPOSITORIES = {}
ALIASES = {}
FAULTS = []
REQUESTS = []
STALLED = []
RELEASED = threading.Event()


class File:
    """Content, and what git and large file storage call it by."""

    def __init__(self, given):
        if "text" in given:
            self.content = given["text"].encode()
        elif "path" in given:
            with open(given["path"], "rb") as file:
                self.content = file.read()
        else:
            self.content = random.Random(given.get("seed", 0)).randbytes(given["size"])
        self.large = given.get("large", False)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        pointer = (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\n"
            f"size {len(self.content)}\n"
        )
        self.blob = self.git_hash(pointer.encode() if self.large else self.content)
        self.tag = self.sha256 if self.large else self.blob

    @staticmethod
    def git_hash(content):
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Repository:
    def __init__(self, given):
        self.name = given["name"]
        self.token = given.get("token")
        self.gated = given.get("gated", False)
        self.bare = given.get("bare", False)
        self.commits, self.revisions = {}, {}
        for revision, files in given["revisions"].items():
            made = {path: File(file) for path, file in files.items()}
            text = self.name + "".join(f"{path}:{file.tag}" for path, file in sorted(made.items()))
            commit = hashlib.sha1(text.encode()).hexdigest()
            self.commits[commit] = made
            self.revisions[revision] = commit

    def find(self, revision):
        commit = self.revisions.get(revision, revision)
        return commit if commit in self.commits else None


class Fault:
    """What goes wrong with requests whose "METHOD address" fits a pattern, the next so many times.

    status, headers: the answer; cut: the connection ends after so many bytes of the content; stall:
    nothing comes after so many bytes; flip: a bit of the content is wrong; no_range: everything is
    sent, whatever was asked for; gzip: compressed without being asked; add: so many bytes too many.
    """

    def __init__(self, given):
        self.pattern = re.compile(given["match"])
        self.times = given.get("times", 1)
        self.given = given


def fault_for(line):
    with LOCK:
        for fault in FAULTS:
            if fault.times != 0 and fault.pattern.search(line):
                fault.times -= 1
                return fault.given
    return {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxied = False

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.handle_request()

    def do_GET(self):
        self.handle_request()

    def do_CONNECT(self):
        # As a proxy: what follows is answered here, whatever place was asked for.
        self.proxied = True
        self.send_response(200)
        self.end_headers()

    def handle_request(self):
        address = urlsplit(self.path)
        path = address.path + ("?" + address.query if address.query else "")
        place = "hub" if self.server.is_hub else "cdn"
        with LOCK:
            REQUESTS.append({
                "line": f"{self.command} {path}", "place": place,
                "range": self.headers.get("Range"), "proxied": self.proxied,
                "authorization": self.headers.get("Authorization"),
            })
        fault = fault_for(f"{self.command} {path}")
        if "status" in fault:
            self.answer(fault["status"], b"", fault.get("headers", {}))
        elif self.server.is_hub:
            self.hub(unquote(address.path), fault)
        else:
            self.storage(address.path, fault)

    def hub(self, path, fault):
        api = re.fullmatch(r"/api/models/([^/]+(?:/[^/]+)?)/(revision|tree)/(.+)", path)
        resolve = re.fullmatch(r"/([^/]+(?:/[^/]+)?)/resolve/(.+)", path)
        name = (api or resolve).group(1) if api or resolve else None
        if name in ALIASES:
            target = self.path.replace(f"/{name}/", f"/{ALIASES[name]}/", 1)
            return self.answer(307, b"", {"Location": urlsplit(target)._replace(
                scheme="", netloc="").geturl()})
        repository = REPOSITORIES.get(name)
        allowed = repository and (
            repository.token is None
            or self.headers.get("Authorization") == f"Bearer {repository.token}")
        if not repository or not (allowed or repository.gated):
            return self.answer(401 if not repository or not allowed else 404, b"{}",
                               {"X-Error-Code": "RepoNotFound"})
        if api:
            return self.information(repository, api.group(2), api.group(3), fault)
        if not allowed:
            return self.answer(403 if self.headers.get("Authorization") else 401, b"", {
                "X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted."})
        revision, _, file = resolve.group(2).partition("/")
        return self.resolve(repository, revision, file, fault)

    def information(self, repository, kind, revision, fault):
        commit = repository.find(revision)
        if commit is None:
            return self.answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        files = repository.commits[commit]
        if kind == "tree":
            entries = []
            for path, file in files.items():
                entry = {"type": "file", "path": path, "size": len(file.content),
                         "oid": file.blob}
                if file.large:
                    entry["lfs"] = {"oid": file.sha256, "size": len(file.content),
                                    "pointerSize": 130}
                entries.append(entry)
            return self.answer(200, json.dumps(entries).encode(), {}, fault)
        siblings = []
        for path, file in files.items():
            entry = {"rfilename": path}
            if "blobs=" in self.path and not repository.bare:
                entry |= {"size": len(file.content), "blobId": file.blob}
                if file.large:
                    entry["lfs"] = {"sha256": file.sha256, "size": len(file.content),
                                    "pointerSize": 130}
            siblings.append(entry)
        model = {"id": repository.name, "sha": commit, "private": False, "siblings": siblings}
        return self.answer(200, json.dumps(model).encode(),
                           {"Content-Type": "application/json"}, fault)

    def resolve(self, repository, revision, path, fault):
        commit = repository.find(revision)
        if commit is None:
            return self.answer(404, b"", {"X-Error-Code": "RevisionNotFound"})
        headers = {"X-Repo-Commit": commit}
        file = repository.commits[commit].get(path)
        if file is None:
            return self.answer(404, b"", headers | {"X-Error-Code": "EntryNotFound"})
        if file.large:
            location = f"{self.server.storage}/{repository.name}/{file.sha256}?signature=a%2Fb%3D"
            return self.answer(302, b"", headers | {
                "Location": location, "X-Linked-Etag": f'"{file.tag}"',
                "X-Linked-Size": str(len(file.content)), "ETag": '"of-the-redirect"'})
        return self.content(file.content, headers | {"ETag": f'"{file.tag}"'}, fault)

    def storage(self, path, fault):
        if self.headers.get("Authorization"):
            # As signed addresses of real storage do.
            return self.answer(400, b"only one way of authorization is allowed", {})
        name, _, sha256 = path.strip("/").rpartition("/")
        repository = REPOSITORIES.get(unquote(name))
        for files in repository.commits.values() if repository else ():
            for file in files.values():
                if file.sha256 == sha256:
                    return self.content(file.content, {"ETag": '"storage-tag"'}, fault)
        return self.answer(404, b"", {})

    def content(self, content, headers, fault):
        if fault.get("flip"):
            content = content[:-1] + bytes([content[-1] ^ 1])
        if "add" in fault:
            content += bytes(fault["add"])
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if asked and not fault.get("no_range"):
            start = int(asked.group(1))
            if start >= len(content):
                return self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            end = int(asked.group(2)) if asked.group(2) else len(content) - 1
            headers = headers | {"Content-Range": f"bytes {start}-{end}/{len(content)}"}
            return self.answer(206, content[start:end + 1], headers, fault)
        return self.answer(200, content, headers, fault)

    def answer(self, status, body, headers, fault=None):
        fault = fault or {}
        if fault.get("gzip") and body:
            body, headers = gzip.compress(body), headers | {"Content-Encoding": "gzip"}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        part = fault.get("cut", fault.get("stall"))
        self.wfile.write(body if part is None else body[:part])
        self.wfile.flush()
        if part is None:
            return
        if "stall" in fault:
            with LOCK:
                STALLED.append(f"{self.command} {self.path}")
                LOCK.notify_all()
            RELEASED.wait(60)
        self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, is_hub):
        super().__init__(("127.0.0.1", 0), Handler)
        self.is_hub = is_hub
        self.address = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        pass  # a client that went away


def command(given):
    kind = given["do"]
    if kind == "repository":
        repository = Repository(given)
        with LOCK:
            known = REPOSITORIES.get(repository.name)
            if known:
                repository.commits = known.commits | repository.commits
            REPOSITORIES[repository.name] = repository
        return repository.revisions
    if kind == "alias":
        ALIASES[given["name"]] = given["of"]
    elif kind == "fault":
        with LOCK:
            FAULTS.append(Fault(given))
    elif kind == "requests":
        with LOCK:
            return [request for request in REQUESTS if re.search(given["match"], request["line"])]
    elif kind == "stalled":
        with LOCK:
            LOCK.wait_for(lambda: any(re.search(given["match"], line) for line in STALLED), 60)
    elif kind == "release":
        RELEASED.set()
        time.sleep(0)
        RELEASED.clear()
    return {}


def main():
    storage, hub = Server(False), Server(True)
    hub.storage = storage.address
    for server in (storage, hub):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"hub": hub.address, "storage": storage.address}), flush=True)
    for line in sys.stdin:
        print(json.dumps(command(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
