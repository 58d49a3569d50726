#!/bin/sh
# `swift build` and `swift test` with the one set of flags that all verbs share: with other flags
# SwiftPM would build everything again. (A plain `swift test -c release` does so too; the tests are
# built with `build --build-tests` and run with `test --skip-build`.)
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
if [ ! -f "$root/.setup/libtorch.pc" ]; then
  echo "Scripts/swift.sh: the set-up is missing; run make setup" >&2
  exit 1
fi

export PKG_CONFIG_PATH="$root/.setup${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export FINETUNE_ROOT="$root"

verb=$1
shift
# Run paths: the program finds libtorch from any folder, without variables of the environment.
while IFS= read -r folder; do
  set -- -Xlinker -rpath -Xlinker "$folder" "$@"
done < "$root/.setup/run-paths"
exec swift "$verb" --package-path "$root" --configuration release "$@"
