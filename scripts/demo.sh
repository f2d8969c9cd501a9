#!/usr/bin/env bash
# Usage: [PORT_BASE=N] scripts/demo.sh ENV
# Runs the demo until Ctrl-C or another signal. The demo takes the place of this script, so that a
# signal to it reaches the demo.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(cd "$1/bin" && pwd)
source scripts/stop-with-make.sh
cd examples
export BULLEVAL_PORT_OPTION="PORT_BASE="
exec "$bin/python" -m bulleval ${PORT_BASE:+"--port-base=$PORT_BASE"}
