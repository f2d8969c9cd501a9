#!/usr/bin/env bash
# Usage: scripts/setup.sh ENV REQUIREMENTS editable|wheel
# Makes the virtual environment ENV: what the lock file REQUIREMENTS lists, and this project, either
# as an editable install or as the wheel that users get. Does and says nothing when all is there;
# the wheel is always built anew. PYTHON names the interpreter to use.
set -euo pipefail
cd "$(dirname "$0")/.."
env=$1 requirements=$2 kind=$3

fail() {
    echo "$1" >&2
    exit 1
}

# The interpreter.

candidates=(python3 python3.14 python3.13 python3.12 python3.11 python3.10 python)
[[ -z ${PYTHON-} ]] || candidates=("$PYTHON")

find_python() {
    local candidate
    for candidate in "${candidates[@]}"; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

has_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

can_install() {
    [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null
}

choose_python() { # sets python
    if ! python=$(find_python); then
        [[ -z ${PYTHON-} ]] || fail "PYTHON=$PYTHON is not Python 3.10 or newer."
        ! can_install || scripts/apt-install.sh python3 python3-venv
        python=$(find_python) ||
            fail "Python 3.10 or newer is needed, and there is none. On Debian: sudo apt-get install python3 python3-venv"
    fi
    if ! has_venv "$python" && can_install && [[ $(command -v "$python") == /usr/bin/* ]]; then
        scripts/apt-install.sh python3-venv
    fi
    has_venv "$python" ||
        fail "$python lacks the modules venv and ensurepip. On Debian: sudo apt-get install python3-venv"
}

# What pip prints is shown only when it fails for a reason of its own.

log=$(mktemp)
trap 'rm -f "$log"' EXIT

pip_install() {
    "$env/bin/python" -m pip --quiet --no-input --disable-pip-version-check --retries 2 \
        install "$@" </dev/null >"$log" 2>&1 && return
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError' "$log"; then
        fail "$env is not complete: no package index answers. Is there a network?"
    fi
    tail -n 20 "$log" >&2
    fail "$env is not complete: pip failed, as shown above."
}

# Each stamp holds a checksum of all that its step depends on, the place of the checkout included,
# since environments hold absolute paths.

checksum() {
    { pwd && cat "$@"; } | cksum
}

is_done() { # STAMP CHECKSUM
    [[ -f $env/$1 && $(<"$env/$1") == "$2" ]]
}

version() {
    "$1" -c 'import sys; print(sys.version)' 2>/dev/null
}

wanted=$(checksum "$requirements" scripts/setup.sh)
if ! is_done .requirements-stamp "$wanted" || ! present=$(version "$env/bin/python") ||
    [[ -n ${PYTHON-} && $(version "$PYTHON") != "$present" ]]; then
    choose_python
    echo "Setting up $env from $requirements ..."
    "$python" -m venv --clear "$env" >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        fail "$env could not be made with $python, as shown above."
    }
    pip_install --require-hashes --requirement "$requirements"
    echo "$wanted" >"$env/.requirements-stamp"
fi

# The lock file brings what builds the project, so that nothing unpinned is fetched for it.
project=(--no-deps --no-build-isolation)
case $kind in
editable)
    wanted=$(checksum pyproject.toml)
    if ! is_done .project-stamp "$wanted"; then
        pip_install "${project[@]}" --editable .
        echo "$wanted" >"$env/.project-stamp"
    fi
    ;;
wheel)
    pip_install "${project[@]}" --force-reinstall .
    ;;
*)
    fail "usage: scripts/setup.sh ENV REQUIREMENTS editable|wheel"
    ;;
esac
