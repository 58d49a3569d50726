"""The table of docs/results.md says of each task whether our mean is as good as Transformers'."""

import argparse
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))

import results
from harness import markers, process
from tasks.settings import TASKS


class Intervals(unittest.TestCase):
    def test_three_values_have_an_interval_by_students_t(self):
        low, high = results.interval([0.90, 0.92, 0.91])
        self.assertAlmostEqual(low, 0.91 - 4.303 * 0.01 / 3**0.5)
        self.assertAlmostEqual(high, 0.91 + 4.303 * 0.01 / 3**0.5)

    def test_a_mean_below_the_interval_is_told(self):
        self.assertEqual(results.verdict([0.88, 0.89, 0.90], [0.90, 0.92, 0.91]), "yes")
        self.assertEqual(results.verdict([0.87, 0.88, 0.89], [0.90, 0.92, 0.91]), "no")
        self.assertEqual(results.verdict([0.95, 0.96, 0.97], [0.90, 0.92, 0.91]), "yes")


class Runs(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(mock.patch.object(results, "STORE", Path(folder)))
        stack.enter_context(mock.patch.object(results, "make", lambda task, folder: folder))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        self.options = argparse.Namespace(seeds=2, task=["tokens"], side=None, again=False, threads=1)

    def test_a_stored_run_is_not_made_again(self):
        results.stored("ours", "tokens", 1).write_text(json.dumps({"score": 0.5}))
        with mock.patch.object(results, "ours", return_value=0.6) as mine, \
                mock.patch.object(results, "theirs", return_value=0.4):
            self.assertEqual(results.make_missing(self.options), [])
        self.assertEqual([call.args[2] for call in mine.call_args_list], [2])
        self.assertEqual(results.scores("ours", "tokens", 2), [0.5, 0.6])

    def test_a_run_that_fails_ends_no_other(self):
        with mock.patch.object(results, "ours", side_effect=process.Failure("it ended with 1")), \
                mock.patch.object(results, "theirs", return_value=0.4):
            failures = results.make_missing(self.options)
        self.assertEqual(len(failures), 2)
        self.assertEqual(results.scores("theirs", "tokens", 2), [0.4, 0.4])

    def test_a_task_has_a_line_when_all_its_runs_are_there(self):
        for side in results.SIDES:
            for seed in (1, 2):
                results.stored(side, "tokens", seed).write_text(json.dumps({"score": seed / 10}))
        results.stored("ours", "pairs", 1).write_text(json.dumps({"score": 1}))
        self.assertEqual(len(results.report(2).splitlines()), 3)


class Page(unittest.TestCase):
    def test_the_page_has_the_sections_that_are_written(self):
        text = results.PAGE.read_text(encoding="utf-8")
        for name in ("tasks", "commands", "conditions"):
            self.assertIn("written here", markers.replaced(text, name, "written here"))

    def test_both_sides_get_the_settings_of_the_table(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("train.conll", "test.conll"):
                (Path(folder) / name).touch()
            command = results.command_ours("tokens", Path(folder), Path("run"), 1, 2)
        for flag, value in (("--epochs", TASKS["tokens"].epochs), ("--learning-rate", TASKS["tokens"].rate)):
            self.assertEqual(command[command.index(flag) + 1], value)


if __name__ == "__main__":
    unittest.main()
