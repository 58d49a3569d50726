"""The project's set-up: `make setup`, and before that `make demo` and `make test` begin.

Usage: python3 Scripts/setup [--tests] [--benchmark]
  --tests      installs the reference packages of the tests too
  --benchmark  installs those, and what only the benchmark compares with

Each step looks whether it is already done, so that a second call takes less than a second. What is
made is complete or not there: an interrupted call is simply repeated.
"""

import os
import sys
import time

import console
import environment
import libtorch
import model
import oracles
import packages
import peers
import places
import reviews
import templates
import toolchain


def main(arguments):
    unknown = [argument for argument in arguments if argument not in ("--tests", "--benchmark")]
    if unknown:
        print(f"set-up: unknown argument {unknown[0]}\n\n{__doc__.strip()}", file=sys.stderr)
        return 2
    begin = time.monotonic()
    with places.alone():
        toolchain.check()
        environment.make()
        libtorch.provide()
        packages.provide()
        model.provide()
        reviews.provide()
        if arguments:
            oracles.provide()
            templates.provide()
        if "--benchmark" in arguments:
            peers.provide()
    console.say(f"everything is in place ({time.monotonic() - begin:.1f} s)")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except console.SetupFailure as failure:
        console.report(failure)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our lines has gone; what is unfinished is simply done by the next call.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        console.report(console.explain_system_error(error))
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nset-up interrupted; run it again, it goes on where it stopped.", file=sys.stderr)
        sys.exit(130)
