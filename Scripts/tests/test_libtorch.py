"""Which pieces of a CUDA wheel are installed, and what Swift is told about libtorch."""

import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SCRIPTS / "setup"))

import environment
import libtorch
from console import SetupFailure


def folder_of_libtorch(root, version="2.13.0+cpu"):
    folder = Path(root) / "with space" / "torch"
    for name in ("lib/libtorch_cpu.so", "include/ATen/ATen.h"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "version.py").write_text(f"__version__ = '{version}'\n")
    return folder


class Libtorch(unittest.TestCase):
    def test_a_cpu_wheel_needs_no_pieces(self):
        self.assertEqual(libtorch.cpu_pieces("Requires-Dist: filelock\n"), [])

    def test_an_older_cuda_wheel_names_its_two_pieces(self):
        metadata = (
            'Requires-Dist: nvidia-cuda-nvrtc-cu12==12.8.93; platform_system == "Linux"\n'
            'Requires-Dist: nvidia-cuda-runtime-cu12==12.8.90; platform_system == "Linux"\n'
            'Requires-Dist: nvidia-cuda-cupti-cu12==12.8.90; platform_system == "Linux"\n'
            'Requires-Dist: nvidia-cuda-runtime-other==1; extra == "optional"\n'
        )
        self.assertEqual(
            libtorch.cpu_pieces(metadata),
            ["nvidia-cuda-runtime-cu12==12.8.90", "nvidia-cuda-cupti-cu12==12.8.90"],
        )

    def test_the_toolkit_pins_its_extras(self):
        metadata = (
            'Requires-Dist: nvidia-cublas==13.1.0.3.*; extra == "cublas"\n'
            'Requires-Dist: nvidia-cuda-runtime==13.0.96.*; extra == "cudart"\n'
            "Requires-Dist: nvidia-cuda-cupti==13.0.85.*; extra == 'cupti'\n"
            'Requires-Dist: nvidia-cuda-runtime==13.0.96.*; extra == "cudart"\n'
        )
        self.assertEqual(
            libtorch.toolkit_pins(metadata),
            ["nvidia-cuda-runtime==13.0.96.*", "nvidia-cuda-cupti==13.0.85.*"],
        )

    def test_spaces_in_paths_are_escaped_for_swiftpm(self):
        with tempfile.TemporaryDirectory() as root:
            folder = folder_of_libtorch(root)
            text = libtorch.package_config(folder)
            self.assertIn(r"with\ space/torch/lib -ltorch_cpu -lc10", text)
            self.assertNotIn("with space", text)

    def test_run_paths_hold_the_cuda_pieces(self):
        with tempfile.TemporaryDirectory() as root:
            folder = folder_of_libtorch(root)
            cuda = folder.parent / "nvidia/cu13/lib"
            cuda.mkdir(parents=True)
            (cuda / "libcudart.so.13").touch()
            (cuda / "libcupti.so.13").touch()
            self.assertEqual(libtorch.run_paths(folder), [folder / "lib", cuda])

    def test_a_folder_without_libtorch_is_refused(self):
        with tempfile.TemporaryDirectory() as root:
            with self.assertRaises(SetupFailure) as caught:
                libtorch.check(Path(root), "LIBTORCH=/somewhere")
            self.assertIn("libtorch_cpu", caught.exception.what)


class Reasons(unittest.TestCase):
    def what_to_do(self, complaint):
        return environment.explain("Installing", complaint, Path("pip.log")).to_do

    def test_pip_without_a_network_says_so_first(self):
        complaint = (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
            "Failed to establish a new connection: [Errno -3] Temporary failure in name"
            " resolution')': /simple/torch/\nERROR: No matching distribution found for torch\n"
        )
        self.assertIn("no way to the package index", self.what_to_do(complaint))

    def test_a_full_disk_and_a_missing_wheel_are_told_apart(self):
        full = "ERROR: Could not install packages: [Errno 28] No space left on device"
        missing = "ERROR: No matching distribution found for torch==2.13.0"
        self.assertIn("disk is full", self.what_to_do(full))
        self.assertIn("no such package for this Python", self.what_to_do(missing))


if __name__ == "__main__":
    unittest.main()
