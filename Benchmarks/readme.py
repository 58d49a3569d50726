"""Writes the tables of Benchmarks/README.md and its chart, Benchmarks/results.svg, from the figures of a run.

Usage: readme.py [FILE.json ...]: the figures that run.py stored; the newest of Benchmarks/results when left out. Of
several, each comparison is taken from the last file that has it.
"""

import json
import sys
from pathlib import Path

from comparisons import COMPARISONS
from harness import chart, tables
from harness.markers import write_sections, write_whole
from harness.places import BENCHMARKS, RESULTS


def joined(runs):
    """The figures of several runs as those of one, in the order of the comparisons."""
    order = [comparison.key for comparison in COMPARISONS]
    latest = {}
    for run in runs:
        for comparison in run["comparisons"]:
            latest[comparison["key"]] = (comparison, run)
    figures = {"runs": runs, "verdicts": [], "comparisons": [], "failures": [], "peaks": []}
    for key in sorted(latest, key=order.index):
        comparison, run = latest[key]
        figures["comparisons"].append(comparison)
        figures["verdicts"] += [one for one in run["verdicts"] if one["comparison"] == key]
    for run in runs:
        figures["failures"] += [one for one in run["failures"] if one["key"] not in latest]
        figures["peaks"] += run.get("peaks", [])
    return figures


def main():
    if any(argument.startswith("-") for argument in sys.argv[1:]):
        print(__doc__.strip())
        return 2
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(RESULTS.glob("*.json"))[-1:]
    if not paths:
        print("There are no results yet: make benchmark", file=sys.stderr)
        return 1
    figures = joined([json.loads(path.read_text(encoding="utf-8")) for path in paths])
    sections = {name: make(figures) for name, make in tables.SECTIONS.items()}
    write_sections(BENCHMARKS / "README.md", sections)
    write_whole(BENCHMARKS / "results.svg", chart.svg(figures))
    print(f"Benchmarks/README.md and Benchmarks/results.svg show {', '.join(path.name for path in paths)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
