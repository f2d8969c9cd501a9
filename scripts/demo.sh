#!/usr/bin/env bash
# Usage: scripts/demo.sh ENV [PORT_BASE]
# Runs the demo until Ctrl-C, which is the way to end it and no error.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(cd "$1/bin" && pwd)
cd examples

# With job control the demo has a process group of its own: whatever asks for the end, a terminal or
# make, asks this shell, and the demo is asked once.
set -m
export BULLEVAL_PORT_OPTION="PORT_BASE="
ended=false
trap 'ended=true; kill -TERM "${demo-}" 2>/dev/null || true' INT TERM HUP
"$bin/python" -m bulleval ${2:+--port-base "$2"} &
demo=$!
status=0
wait "$demo" || status=$?
# A signal ends the first wait before the demo has ended.
while kill -0 "$demo" 2>/dev/null; do
    wait "$demo" || status=$?
done
$ended || exit "$status"
