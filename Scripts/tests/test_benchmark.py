"""The benchmark compares the same work, and says of each ratio whether it is what was asked for."""

import json
import random
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))

import quality
import readme
from comparisons import COMPARISONS
from harness import chart, markers, rows, tables
from harness.bootstrap import interval
from harness.contest import Contest, Result, Unfinished
from harness.settings import Setting, eager
from harness.shape import Shape
from harness.verdicts import Verdict


def verdict(**changes):
    values = dict(
        key="one", work="some work", unit="tokens/s", ours=200, theirs=100, against="autocast bf16", ratio=2.0,
        floor=1.8)
    return Verdict(**{**values, **changes})


class Batches(unittest.TestCase):
    def test_batches_of_tokens_are_full_whatever_comes_next(self):
        batches = rows.batches_of_tokens(12, 2048, rows.log_normal(35))
        self.assertEqual([sum(batch) for batch in batches], [2048] * 12)

    def test_batches_of_sequences_hold_like_lengths_in_random_order(self):
        batches = rows.batches_of_sequences(20, 16, rows.log_normal(35))
        ranges = sorted((min(batch), max(batch)) for batch in batches)
        self.assertTrue(all(one[1] <= other[0] for one, other in zip(ranges, ranges[1:])))
        self.assertNotEqual([min(batch) for batch in batches], sorted(min(batch) for batch in batches))

    def test_the_same_seed_gives_the_same_lengths(self):
        self.assertEqual(
            rows.batches_of_sequences(4, 16, rows.log_normal(35)),
            rows.batches_of_sequences(4, 16, rows.log_normal(35)))

    def test_lengths_have_the_mean_that_was_asked_for(self):
        source, draw = random.Random(1), rows.log_normal(35)
        lengths = [draw(source) for _ in range(20000)]
        self.assertAlmostEqual(sum(lengths) / len(lengths), 35, delta=1)


class Operations(unittest.TestCase):
    def test_operations_are_six_for_each_parameter_and_token(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "config.json").write_text(json.dumps(
                {"num_hidden_layers": 1, "hidden_size": 2, "intermediate_size": 3}))
            shape = Shape(folder)
        # 4 x 2 x 2 + 2 x 2 x 3 parameters; a pooler of 2 x 2 for one token; 12 x 2 for each of 25 pairs.
        self.assertEqual(shape.training_operations([5]), 6 * (28 * 5 + 4) + 12 * 2 * 25)
        self.assertEqual(shape.prediction_operations([5]) * 3, shape.training_operations([5]))


class Verdicts(unittest.TestCase):
    def test_a_ratio_at_the_floor_is_met(self):
        self.assertTrue(verdict(ratio=1.8).is_met)
        self.assertFalse(verdict(ratio=1.79).is_met)

    def test_memory_is_met_below_the_ceiling(self):
        self.assertTrue(verdict(ratio=0.6, floor=0.7, at_most=True).is_met)
        self.assertFalse(verdict(ratio=0.8, floor=0.7, at_most=True).is_met)

    def test_nothing_asked_is_neither_met_nor_missed(self):
        self.assertEqual((verdict(floor=None).is_met, verdict(floor=None).outcome), (None, ""))

    def test_a_stored_verdict_is_the_same_again(self):
        self.assertEqual(Verdict.from_json(json.loads(json.dumps(verdict().as_json()))), verdict())

    def test_every_comparison_has_a_name_of_its_own(self):
        self.assertEqual(len({one.key for one in COMPARISONS}), len(COMPARISONS))


class Contests(unittest.TestCase):
    class Context:
        rounds, compile_limit = 2, 60

        def say(self, text):
            pass

    def contest(self, seconds):
        """A contest in which each setting takes its seconds, ours 1; None is a compiler without an end."""
        def theirs(setting):
            if seconds[setting.name] is None:
                raise Unfinished("not compiled within 60 s")
            return Result([seconds[setting.name]], 100)

        return Contest(
            self.Context(), "work", lambda: Result([1.0], 50), theirs, eager("bf16")).run()

    def test_the_fastest_setting_is_the_divisor(self):
        contest = self.contest({
            "autocast bf16": 3, "bf16 weights": 2, "bf16 weights, torch.compile": 2.5,
            "bf16 weights, large pages": 1.5})
        self.assertEqual((contest.theirs.name, contest.ratio), ("bf16 weights", 2))
        self.assertEqual(contest.large_pages.seconds, 1.5)
        self.assertEqual(len(contest.theirs.results), 2)

    def test_a_compiler_that_is_faster_is_the_divisor(self):
        contest = self.contest({
            "autocast bf16": 2, "bf16 weights": 3, "autocast bf16, torch.compile": 1.5,
            "autocast bf16, large pages": 1})
        self.assertEqual(contest.theirs.name, "autocast bf16, torch.compile")

    def test_a_compiler_that_does_not_end_is_told(self):
        contest = self.contest({
            "autocast bf16": 2, "bf16 weights": 3, "autocast bf16, torch.compile": None,
            "autocast bf16, large pages": 1})
        found = contest.figures({"tokens": 10, "operations": 1e9})
        notes = {entry["name"]: entry["note"] for entry in found["theirs"]}
        self.assertEqual(notes["autocast bf16, torch.compile"], "not compiled within 60 s")

    def test_large_pages_do_not_count(self):
        self.assertFalse(Setting("autocast", large_pages=True).counts)
        self.assertTrue(Setting("autocast", compiled=True).counts)


class Quality(unittest.TestCase):
    def test_the_interval_holds_the_mean_and_is_narrower_with_more_rows(self):
        few, many = [[1, -1, 0, 0] * 5] * 5, [[1, -1, 0, 0] * 100] * 5
        narrow, wide = interval(many, resamples=200), interval(few, resamples=200)
        self.assertTrue(wide[0] < narrow[0] < 0 < narrow[1] < wide[1])

    def test_sides_that_always_differ_leave_no_doubt(self):
        self.assertEqual(interval([[1] * 10] * 5, resamples=50), (1, 1))

    @unittest.skipUnless((quality.DEMO_DATA / "train.csv").exists(), "make setup fetches the demo's reviews")
    def test_equal_texts_are_on_one_side_of_the_split(self):
        train, validation = quality.rows_of(1)
        self.assertFalse({row["text"] for row in train} & {row["text"] for row in validation})
        self.assertAlmostEqual(len(validation) / (len(train) + len(validation)), 0.1, delta=0.01)


class Report(unittest.TestCase):
    def figures(self):
        return {"verdicts": [
            verdict().as_json(), verdict(work="less <1>", ratio=0.5, floor=None).as_json(),
            verdict(ratio=0.6, floor=0.7, at_most=True).as_json(), verdict(is_share=True).as_json(),
        ], "failures": []}

    def test_the_chart_is_well_formed_and_leaves_shares_out(self):
        names = [text.text for text in ElementTree.fromstring(chart.svg(self.figures())).iter(
            "{http://www.w3.org/2000/svg}text")]
        self.assertEqual(names.count("some work"), 1)
        self.assertIn("less <1>", names)
        self.assertIn("1.67", names)

    def test_a_row_tells_ratio_floor_and_outcome(self):
        lines = tables.verdicts(self.figures()).splitlines()
        self.assertIn("| **2.00 ×** | 1.8 × | met |", lines[2])

    def test_only_what_stands_between_the_markers_is_replaced(self):
        text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n"
        self.assertEqual(
            markers.replaced(text, "a", "new"), "before\n<!-- a -->\nnew\n<!-- /a -->\nafter\n")
        with self.assertRaises(ValueError):
            markers.replaced(text, "b", "new")

    def test_of_several_runs_the_last_one_counts(self):
        def run(ratio):
            values = {"comparison": "start", **verdict(key="start", ratio=ratio).as_json()}
            return {"comparisons": [{"key": "start"}], "verdicts": [values], "failures": []}

        figures = readme.joined([run(1.0), run(3.0)])
        self.assertEqual([one["ratio"] for one in figures["verdicts"]], [3.0])

    def test_the_page_has_every_section(self):
        page = (ROOT / "Benchmarks" / "README.md").read_text(encoding="utf-8")
        for name in (*tables.SECTIONS, "quality"):
            markers.replaced(page, name, "")


if __name__ == "__main__":
    unittest.main()
