"""What is written is there whole or not at all."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SCRIPTS / "setup"))

import places


class Places(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.TemporaryDirectory()
        self.addCleanup(self.root.cleanup)
        self.folder = Path(self.root.name) / "demo" / "model"
        patch = mock.patch.object(places, "SETUP", Path(self.root.name) / ".setup")
        patch.start()
        self.addCleanup(patch.stop)

    def make(self, text, failing=False):
        with places.folder_made_whole(self.folder) as beside:
            (beside / "file").write_text(text)
            if failing:
                raise OSError("interrupted")

    def test_a_finished_folder_replaces_the_old_one(self):
        self.make("one")
        self.make("two")
        self.assertEqual((self.folder / "file").read_text(), "two")
        self.assertEqual(list(places.SETUP.iterdir()), [])

    def test_an_interrupted_folder_leaves_the_old_one(self):
        self.make("one")
        with self.assertRaises(OSError):
            self.make("two", failing=True)
        self.assertEqual((self.folder / "file").read_text(), "one")
        self.assertEqual(list(places.SETUP.iterdir()), [])

    def test_a_file_is_replaced_whole(self):
        path = Path(self.root.name) / "stamp"
        places.write_whole(path, "one\n")
        places.write_whole(path, "two\n")
        self.assertEqual(path.read_text(), "two\n")
        self.assertEqual([found.name for found in path.parent.iterdir()], ["stamp"])


if __name__ == "__main__":
    unittest.main()
