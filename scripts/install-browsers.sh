#!/usr/bin/env bash
# Usage: scripts/install-browsers.sh
# Installs the browsers that the browser tests drive, and what drives them: Chromium, Firefox and
# WebKitGTK, which needs a display, here a virtual one.
set -euo pipefail

exec "$(dirname "$0")/apt-install.sh" \
    chromium chromium-driver firefox-esr webkit2gtk-driver xvfb
