#!/usr/bin/env bash
# Usage: scripts/install-meters.sh
# Installs what the benchmarks measure with: valgrind, which counts instructions, and wrk, which
# asks a server.
set -euo pipefail

exec "$(dirname "$0")/apt-install.sh" valgrind wrk
