#!/usr/bin/env bash
# Usage: scripts/demo.sh ENV [PORT_BASE]
# Runs the demo until Ctrl-C, which is the way to end it and no error.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(cd "$1/bin" && pwd)
cd examples

# Ctrl-C reaches the demo too: this shell only notes it, and waits for the demo to end.
interrupted=false
trap 'interrupted=true' INT
status=0
"$bin/python" -m bulleval ${2:+--port-base "$2"} || status=$?
$interrupted || exit "$status"
