"""libtorch: which one is linked, and what Swift must be told about it."""

import importlib.util
import os
import re
import tempfile
from pathlib import Path

import environment
from console import SetupFailure, Step, megabytes, say
from places import ENVIRONMENT, ROOT, SETUP, need_space, read, remove_folder, write_whole
from versions import TORCH

VARIABLES = {"LIBTORCH", "LIBTORCH_USE_PYTORCH"}
CHOICE = SETUP / "libtorch-choice"
HEADER = "include/torch/headeronly/version.h"


def provide():
    """Finds or installs libtorch and writes what the build reads about it."""
    folder, origin, own = choose()
    check(folder, origin)
    # A choice that worked holds for the calls to come, so that nobody must export a variable.
    write_whole(CHOICE, "" if own else f"{folder}\t{origin.partition(' as before')[0]}\n")
    write_package_config(folder)


def choose():
    """The folder with `include` and `lib`, whence it comes in words, and whether it is ours.

    A variable that is set but empty forgets an earlier choice.
    """
    given = os.environ.get("LIBTORCH", "").strip()
    if given:
        return Path(given).expanduser().resolve(), f"LIBTORCH={given}", False
    if os.environ.get("LIBTORCH_USE_PYTORCH", "").strip() not in ("", "0"):
        return installed_pytorch(), "LIBTORCH_USE_PYTORCH=1", False
    if not VARIABLES & os.environ.keys():
        folder, _, origin = read(CHOICE).strip().partition("\t")
        if folder:
            name = origin.partition("=")[0]
            return Path(folder), f"{origin} as before; an empty {name}= forgets that", False
    environment.make()
    install_wheel()
    return wheel_folder(), "the torch wheel in .venv", True


def installed_pytorch():
    """The torch package that this Python would import."""
    found = importlib.util.find_spec("torch")
    if found is None or not found.submodule_search_locations:
        raise SetupFailure(
            "LIBTORCH_USE_PYTORCH=1 asks for the installed PyTorch, and this Python has none.",
            "Activate the environment that has it (or make PYTHON=/its/bin/python ...),\n"
            "or leave the variable empty (LIBTORCH_USE_PYTORCH=): the set-up then installs libtorch.",
        )
    return Path(list(found.submodule_search_locations)[0]).resolve()


def wheel_folder():
    found = sorted(ENVIRONMENT.glob("lib/python*/site-packages/torch"))
    return found[0] if found else ENVIRONMENT / "lib/torch"


def install_wheel():
    """The pinned wheel without what a CPU user never loads."""
    if environment.stamp("libtorch") == TORCH and (wheel_folder() / HEADER).exists():
        return
    if environment.stamp("libtorch") not in ("", TORCH):
        # Another release's wheel: pip would leave the files that the new one lacks.
        remove_folder(ENVIRONMENT)
        environment.make()
    environment.check_python()
    need_space(ROOT, 0.9e9, "libtorch")
    need_space(Path(tempfile.gettempdir()), 0.5e9, "pip's download of libtorch")
    environment.clear_stamp("libtorch")
    name = f"torch=={TORCH}"
    with Step(f"installing libtorch (PyPI's {name} wheel; 0.2 GB as a CPU build, else 0.5 GB)"):
        environment.pip(
            "install", "--ignore-installed", "--no-deps", "--only-binary", ":all:", name,
            purpose=f"Installing {name}",
        )
        pieces = cpu_pieces(metadata())
        if pieces:
            say("  the index has only the CUDA build; of its GPU libraries a processor needs two:")
            for piece in pieces:
                say(f"    {piece}")
            environment.pip(
                "install", "--ignore-installed", "--no-deps", "--only-binary", ":all:",
                *pieces, purpose="Installing " + ", ".join(pieces),
            )
        environment.set_stamp("libtorch", TORCH)


def metadata():
    found = sorted(wheel_folder().parent.glob("torch-*.dist-info/METADATA"))
    return read(found[-1]) if found else ""


def is_cuda_build():
    """Whether the wheel in `.venv` is a CUDA build."""
    text = metadata()
    return "cuda-toolkit" in text or "nvidia-cuda-runtime" in text


def cpu_pieces(metadata_text):
    """The CUDA runtime and CUPTI wheels that a CUDA wheel pins; nothing for a CPU wheel.

    Older wheels name the packages themselves, newer ones extras of `cuda-toolkit`, whose own
    metadata holds the two pins.
    """
    pieces = []
    for line in metadata_text.splitlines():
        if not line.startswith("Requires-Dist:") or "extra ==" in line:
            continue
        requirement = line.removeprefix("Requires-Dist:").split(";")[0].strip()
        if re.match(r"nvidia-cuda-(runtime|cupti)", requirement):
            pieces.append(requirement)
        toolkit = re.match(r"cuda-toolkit\[([^\]]*)\](.*)", requirement)
        if toolkit:
            pieces += toolkit_pieces(toolkit.group(2))
    return pieces


def toolkit_pieces(version):
    """What `cuda-toolkit` of this version pins for its extras cudart and cupti."""
    name = f"cuda-toolkit{version}"
    environment.pip(
        "install", "--ignore-installed", "--no-deps", "--only-binary", ":all:", name,
        purpose=f"Installing {name}",
    )
    found = sorted(wheel_folder().parent.glob("cuda_toolkit-*.dist-info/METADATA"))
    return toolkit_pins(read(found[-1]) if found else "")


def toolkit_pins(metadata_text):
    pins = []
    for line in metadata_text.splitlines():
        found = re.match(r"Requires-Dist: *([^;]+);(.*)", line)
        if found and re.search(r"""extra == ['"](cudart|cupti)['"]""", found.group(2)):
            pin = found.group(1).strip()
            if pin not in pins:
                pins.append(pin)
    return pins


def check(folder, origin):
    """Says which libtorch this is; refuses a folder that cannot be linked."""
    library = next((folder / "lib").glob("libtorch_cpu.*"), None)
    if library is None or not (folder / "include/ATen/ATen.h").exists():
        missing = "lib/libtorch_cpu.so" if library is None else "include/ATen/ATen.h"
        raise SetupFailure(
            f"{folder} ({origin}) has no {missing}.",
            "LIBTORCH must name the folder of libtorch that holds include/ and lib/.\n"
            "An empty LIBTORCH= lets the set-up install its own.",
        )
    version = library_version(folder)
    say(f"libtorch {version}, {megabytes(library.stat().st_size)} ({origin})")
    if version.split("+")[0] != TORCH:
        say(f"  note: this project is built and tested with {TORCH}; another one may not compile")


def library_version(folder):
    """The version that the folder's own files state, with its build (`+cpu`, `+cu130`)."""
    named = re.search(r"__version__ = '([^']+)'", read(folder / "version.py"))
    if named:
        return named.group(1)
    built = read(folder / "build-version").strip()
    if built:
        return built
    header = read(folder / HEADER) or read(
        folder / "include/torch/csrc/api/include/torch/version.h"
    )
    parts = re.findall(r"#define TORCH_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header)
    return ".".join(parts) or "of unknown version"


def write_package_config(folder):
    """`libtorch.pc` for SwiftPM, and the run paths that it cannot carry."""
    write_whole(SETUP / "libtorch.pc", package_config(folder))
    write_whole(SETUP / "run-paths", "".join(f"{path}\n" for path in run_paths(folder)))


def package_config(folder):
    include = folder / "include"
    flags = [f"-I{include}", f"-I{include}/torch/csrc/api/include"]
    abi = re.search(
        r"-D_GLIBCXX_USE_CXX11_ABI=[01]", read(folder / "share/cmake/Torch/TorchConfig.cmake")
    )
    if abi:
        flags.append(abi.group(0))
    return (
        "Name: libtorch\n"
        "Description: PyTorch's C++ library (written by make setup)\n"
        f"Version: {library_version(folder)}\n"
        f"Cflags: {' '.join(map(escaped, flags))}\n"
        f"Libs: {escaped(f'-L{folder}/lib')} -ltorch_cpu -lc10\n"
    )


def escaped(flag):
    return re.sub(r"([\\ \"'])", r"\\\1", flag)


def run_paths(folder):
    """Where the finished program finds its libraries: libtorch, and a CUDA build's two pieces."""
    nvidia = folder.parent / "nvidia"
    pieces = {
        found.parent for name in ("libcudart.so*", "libcupti.so*")
        for found in nvidia.glob(f"**/lib/{name}")
    }
    return [folder / "lib", *sorted(pieces)]
