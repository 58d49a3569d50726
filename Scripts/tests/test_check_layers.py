"""What the check of the layers complains about."""

import importlib.util
import tempfile
import unittest
from pathlib import Path

PATH = Path(__file__).resolve().parents[1] / "check-layers.py"
SPECIFICATION = importlib.util.spec_from_file_location("check_layers", PATH)
check_layers = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(check_layers)


class Layers(unittest.TestCase):
    def problems(self, target, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "Sources" / target / "File.swift"
            path.parent.mkdir(parents=True)
            path.write_text(text)
            return list(check_layers.problems(Path(folder)))

    def test_downward_imports_pass(self):
        text = "public import Foundation\nimport Layers\ninternal import Torch\n"
        self.assertEqual(self.problems("Models", text), [])

    def test_upward_imports_do_not(self):
        found = self.problems("Torch", "// first\nimport Layers\n")
        self.assertEqual(len(found), 1)
        self.assertIn("Sources/Torch/File.swift:2: Torch must not import Layers", found[0])

    def test_text_and_data_know_nothing_of_tensors(self):
        for target in ("Tokenizers", "Datasets", "Evaluation"):
            self.assertEqual(len(self.problems(target, "import struct Torch.Tensor\n")), 1)

    def test_only_torch_sees_the_c_functions(self):
        self.assertEqual(self.problems("Torch", "internal import CTorch\n"), [])
        self.assertEqual(len(self.problems("Layers", "@_exported import CTorch\n")), 1)

    def test_strange_libraries_are_asked_about(self):
        self.assertEqual(len(self.problems("Tasks", "import Rainbow\n")), 1)
        self.assertEqual(len(self.problems("Tasks", "import Yams\n")), 1)
        self.assertEqual(self.problems("Recipes", "internal import Yams\n"), [])

    def test_traps_and_prints_are_found_but_not_in_comments_and_strings(self):
        good = '/// print("x") try! this\nlet text = "fatalError(\\"no\\") import Layers"\n'
        self.assertEqual(self.problems("Torch", good), [])
        bad = 'print("x")\nlet a = try! b()\nfatalError("c")\n'
        self.assertEqual(len(self.problems("Torch", bad)), 3)
        self.assertEqual(len(self.problems("FinetuneCommand", bad)), 2)

    def test_long_files_and_unknown_targets_are_found(self):
        self.assertEqual(len(self.problems("Torch", "let a = 1\n" * 401)), 1)
        self.assertEqual(len(self.problems("Helpers", "let a = 1\n")), 1)

    def test_nothing_imports_itself_in_a_circle(self):
        for target in check_layers.DIRECT:
            self.assertNotIn(target, check_layers.allowed(target))


if __name__ == "__main__":
    unittest.main()
