#!/usr/bin/env bash
# Usage: scripts/install-servers.sh
# Installs the servers that the tests need and no package index has: HAProxy, and Apache with
# mod_wsgi, which runs Debian's own Python.
set -euo pipefail

exec "$(dirname "$0")/apt-install.sh" haproxy libapache2-mod-wsgi-py3 python3-venv
