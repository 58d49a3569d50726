"""Examples/prepare.py reads the corpora as they are written, and says what is missing."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Examples"))

import prepare


class Conversations(unittest.TestCase):
    def read(self, text):
        return prepare.conversations("categories:\n- one\nconversations:\n" + text)

    def test_a_conversation_is_a_list_of_texts(self):
        self.assertEqual(self.read("- - Hello\n  - Hi\n- - 你好\n  - 嗨\n"), [["Hello", "Hi"], ["你好", "嗨"]])

    def test_lines_of_a_text_are_joined(self):
        self.assertEqual(self.read("- - one\n    two\n\n  - three\n"), [["one two", "three"]])

    def test_quotes_are_taken_off(self):
        self.assertEqual(self.read("- - 'it''s 1984'\n  - \"say \\\"hi\\\"\"\n"), [["it's 1984", 'say "hi"']])

    def test_a_block_keeps_its_lines(self):
        self.assertEqual(self.read("- - code?\n  - |\n    def f():\n        - 1\n\n    f()\n"), [
            ["code?", "def f():\n    - 1\n\nf()"]])

    def test_a_text_without_a_conversation_is_one_of_a_single_turn(self):
        self.assertEqual(self.read("- - a\n  - b\n- c\n- - d\n  - e\n"), [["a", "b"], ["c"], ["d", "e"]])


class Sets(unittest.TestCase):
    def test_a_sentiment_is_neutral_where_the_rating_is_nearer_to_0_than_to_1(self):
        told = [prepare.sentiment(value) for value in (-4, -0.5, -0.49, 0, 0.49, 0.5, 4)]
        self.assertEqual(told, ["negative"] * 2 + ["neutral"] * 3 + ["positive"] * 2)

    def test_questions_of_both_parts_differ_and_pairs_are_there_once(self):
        rows = [{"question": f"q{place % 20}", "answer": f"a{place % 30}"} for place in range(120)]
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            prepare.split_questions(Path(folder), rows)
            parts = [(Path(folder) / f"{name}.jsonl").read_text().splitlines() for name in ("train", "test")]
        asked = [{line.split('"')[3] for line in part} for part in parts]
        self.assertFalse(asked[0] & asked[1])
        self.assertEqual((len(asked[1]), len(parts[0]) + len(parts[1])), (4, 60))

    def test_a_missing_set_is_named(self):
        options = type("Options", (), {"data": Path("/nowhere"), "language": "en"})
        with self.assertRaisesRegex(prepare.Missing, "/nowhere/xquad_en_zh/xquad.en.json.*--data"):
            prepare.articles(options)


if __name__ == "__main__":
    unittest.main()
