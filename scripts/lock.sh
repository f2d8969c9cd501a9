#!/usr/bin/env bash
# Usage: scripts/lock.sh UV [--upgrade]
# Writes requirements/*.txt from pyproject.toml. Pins that still fit are kept, without --upgrade.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$1
shift

lock() { # NAME ARGUMENT...: writes requirements/NAME.txt
    local name=$1
    shift
    "$uv" pip compile pyproject.toml "$@" --output-file "requirements/$name.txt" \
        --no-config --quiet --universal --python-version 3.10 --only-binary :all: \
        --no-binary flask-principal --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
}

lock dev --group dev "$@"
lock demo --group run-demo "$@"
lock bench --group bench "$@"
lock docs --group docs "$@"
lock ecosystem --group ecosystem "$@"
lock ecosystem-connexion2 --group ecosystem-connexion2 "$@"
lock served --group served "$@"
lock servers --group servers "$@"
lock package --group package "$@"
lock runtime "$@"
lock fuzz --group fuzz "$@"
lock oldest --group oldest --constraints requirements/oldest.in "$@"
