#!/usr/bin/env bash
# Usage: scripts/apt-install.sh PACKAGE...
# Installs those of the Debian packages that are missing; says nothing when none is.
set -euo pipefail

missing=()
for package in "$@"; do
    status=$(dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2>/dev/null) || status=
    [[ $status == ?i* ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

fail() {
    echo "Not installed: ${missing[*]}. $1" >&2
    exit 1
}

command -v apt-get >/dev/null || fail "This system has no apt-get: install them its own way."
[[ $(id -u) -eq 0 ]] ||
    fail "Only root can: sudo apt-get install --no-install-recommends ${missing[*]}"

echo "Installing ${missing[*]} ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get --quiet --yes -o Acquire::Retries=2 \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null >>"$log" 2>&1
}

# A failed update is not the end: another list may have failed than the one needed.
apt update || true
apt install --no-install-recommends "${missing[@]}" && exit 0

offline='Could not resolve|Temporary failure resolving|Could not connect|Unable to connect'
offline+='|Cannot initiate the connection|Connection failed|Network is unreachable'
grep -qE "$offline" "$log" && fail "No package server answers: is there a network?"
reason=$(grep '^E: ' "$log" | tail -n 1) || reason="see the log of apt."
fail "apt-get says: ${reason#E: }"
