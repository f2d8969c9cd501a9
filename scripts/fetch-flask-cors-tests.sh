#!/usr/bin/env bash
# Usage: scripts/fetch-flask-cors-tests.sh VENV
# Unpacks the sdist of flask-cors that requirements/dev.txt locks, with its tests, into
# VENV/flask-cors-sdist. Nothing of it is built or installed.
set -euo pipefail
cd "$(dirname "$0")/.."
env=$1
target=$env/flask-cors-sdist

wanted=$(awk '/^[^ #]/ { on = /^flask-cors==/ } on && !/#/' requirements/dev.txt)
[[ $wanted == flask-cors==* ]] || {
    echo "requirements/dev.txt does not lock flask-cors. Run 'make lock'." >&2
    exit 1
}
[[ ! -f $target/.locked || $(<"$target/.locked") != "$wanted" ]] || exit 0

rm -rf "$target"
mkdir -p "$target"
echo "$wanted" >"$target/requirements.txt"
PYTHONPATH=$PWD/scripts/no-build "$env/bin/python" -m pip --no-input --disable-pip-version-check \
    download --quiet --retries 2 --no-deps --no-binary :all: --no-build-isolation \
    --require-hashes --requirement "$target/requirements.txt" --dest "$target" \
    >"$target/log" 2>&1 || {
    tail -n 5 "$target/log" >&2
    echo "The sdist of flask-cors can't be had, so its tests can't be run. Is there a network?" >&2
    exit 1
}
tar -xzf "$target"/*.tar.gz -C "$target" --strip-components=1
echo "$wanted" >"$target/.locked"
