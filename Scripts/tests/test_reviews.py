"""How the demo's reviews are read and split."""

import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SCRIPTS / "setup"))

import reviews
from console import SetupFailure


class Reviews(unittest.TestCase):
    def test_the_rating_decides_the_label_and_near_zero_has_none(self):
        tables = reviews.split([(0.6, "a"), (-0.6, "b"), (0.5, "c"), (-0.5, "d"), (0.0, "e")])
        labelled = tables["train.csv"] + tables["test.csv"]
        self.assertEqual(sorted(labelled), [["a", "positive"], ["b", "negative"]])
        self.assertEqual(tables["unseen.csv"], [["c"], ["d"], ["e"]])

    def test_equal_sentences_stay_on_the_same_side(self):
        tables = reviews.split([(1.0, f"sentence {n}") for n in range(1000)] * 2)
        train = {text for text, _ in tables["train.csv"]}
        test = {text for text, _ in tables["test.csv"]}
        self.assertFalse(train & test)
        self.assertTrue(70 < len(test) < 130, len(test))

    def test_the_split_is_the_same_everywhere(self):
        # SHA-256 begins ca978112 ("a") and 3e23e816 ("b"): 3398926610 and 1042540566.
        self.assertTrue(reviews.is_test("a"))
        self.assertFalse(reviews.is_test("b"))

    def test_a_line_without_three_fields_is_named(self):
        with self.assertRaises(SetupFailure) as caught:
            reviews.parsed("1\t0.9\tGood\n2\tbroken\n")
        self.assertIn("line 2", caught.exception.what)

    def test_a_foreign_archive_is_refused(self):
        import tarfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "vaderSentiment-3.3.2.tar.gz"
            with tarfile.open(path, "w:gz"):
                pass
            with self.assertRaises(SetupFailure):
                reviews.unpack(path)


if __name__ == "__main__":
    unittest.main()
