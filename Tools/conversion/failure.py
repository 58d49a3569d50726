"""Errors that a converter's user reads."""

import sys
import zipfile


class ConversionFailure(Exception):
    """A sentence on what is wrong with the input, and what to do."""


def run(name, main):
    """Runs a converter's `main`; a failure is one sentence on standard error and exit status 1."""
    try:
        main()
    except (ConversionFailure, OSError, zipfile.BadZipFile) as error:
        sys.exit(f"{name}: {error}")
