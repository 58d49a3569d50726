#!/usr/bin/env python3
"""The reference of each module as one static site: `make docs` writes docs/site.

It reads the modules that `make build` compiled, so that nothing is built twice and no plug-in is
needed: swift-symbolgraph-extract and docc come with the toolchain. The site is written in any case;
what docc warns about, a link to nothing say, is listed and makes the command fail.

Usage: make-docs.py [--serve [PORT]]
"""

import http.server
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".build" / "release"
SITE = ROOT / "docs" / "site"
NOT_FOR_READERS = {"Clibtorch", "CTorch", "FinetuneCommand"}


def modules():
    """The library's modules, in the order of the layers' table."""
    path = ROOT / "Scripts" / "check-layers.py"
    specification = importlib.util.spec_from_file_location("check_layers", path)
    layers = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(layers)
    return [
        name for name in layers.DIRECT
        if name not in NOT_FOR_READERS and (ROOT / "Sources" / name).is_dir()
    ]


def tool(name):
    """A tool of the toolchain that `swift` belongs to."""
    swift = shutil.which("swift")
    beside = Path(swift).resolve().with_name(name) if swift else Path(name)
    return str(beside) if beside.exists() else name


def run(command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        words = " ".join(map(str, command[:2]))
        sys.exit(f"{result.stdout.strip()}\nmake docs: `{words} ...` failed")
    return result.stdout


def target_triple():
    output = subprocess.run(
        ["swift", "-print-target-info"], capture_output=True, text=True, check=True
    ).stdout
    return json.loads(output)["target"]["unversionedTriple"]


def extract(module, triple, folder):
    """Writes what the compiled module declares and documents."""
    maps = [*BUILT.glob("*.build/module.modulemap"), *ROOT.glob("Sources/*/module.modulemap")]
    maps += ROOT.glob("Sources/*/include/module.modulemap")
    maps += ROOT.glob(".build/checkouts/*/Sources/*/include/module.modulemap")
    command = [
        tool("swift-symbolgraph-extract"), "-module-name", module, "-target", triple,
        "-I", str(BUILT / "Modules"), "-minimum-access-level", "public", "-skip-inherited-docs",
        "-output-dir", str(folder),
    ]
    for path in ROOT.glob("Sources/*/include"):
        command += ["-Xcc", f"-I{path}"]
    named = set()
    for path in maps:
        # SwiftPM's own map of a target comes first; a second one for the same name would clash.
        name = path.parent.stem if path.parent.suffix == ".build" else path.parts[-2]
        name = path.parts[-3] if name == "include" else name
        if name not in named:
            named.add(name)
            command += ["-Xcc", f"-fmodule-map-file={path}"]
    run(command)


def convert(module, graphs, archive):
    """Turns the symbols, and the module's catalogue where it has one, into pages.

    Gives back what docc warned about.
    """
    catalogue = next((ROOT / "Sources" / module).glob("*.docc"), None)
    command = [tool("docc"), "convert"]
    if catalogue:
        command.append(str(catalogue))
    said = run(command + [
        "--additional-symbol-graph-dir", str(graphs), "--output-path", str(archive),
        "--fallback-display-name", module, "--fallback-bundle-identifier", f"finetune.{module}",
        "--transform-for-static-hosting",
    ])
    if "warning:" in said:
        print(said.strip(), file=sys.stderr)
    return said.count("warning:")


def main(arguments):
    names = modules()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        triple = target_triple()
        archives, warnings = [], 0
        for name in names:
            graphs = folder / name
            graphs.mkdir()
            extract(name, triple, graphs)
            archives.append(folder / f"{name}.doccarchive")
            warnings += convert(name, graphs, archives[-1])
            print(f"documented {name}", flush=True)
        merged = folder / "site"
        run([
            tool("docc"), "merge", *map(str, archives), "--output-path", str(merged),
            "--synthesized-landing-page-name", "swift-finetune",
        ])
        shutil.rmtree(SITE, ignore_errors=True)
        SITE.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(merged, SITE)
    print(f"the site is in {SITE.relative_to(ROOT)}; to read it: Scripts/make-docs.py --serve")
    if warnings:
        print(f"{warnings} warning(s) above", file=sys.stderr)
    return 1 if warnings else 0


def serve(port):
    os.chdir(SITE)
    print(f"http://localhost:{port}/documentation/ (Ctrl-C ends it)", flush=True)
    handler = http.server.SimpleHTTPRequestHandler
    with http.server.ThreadingHTTPServer(("localhost", port), handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        try:
            serve(int(sys.argv[2]) if len(sys.argv) > 2 else 8000)
        except KeyboardInterrupt:
            sys.exit(0)
    sys.exit(main(sys.argv[1:]))
