#!/usr/bin/env bash
# Usage: scripts/setup.sh ENV LOCK [editable|wheel]
# Makes the virtual environment ENV with the packages that the file LOCK lists, and this project,
# either as an editable install or as the wheel that users get. Does and says nothing when all is
# there; the wheel is always built anew. PYTHON names the interpreter to use.
set -euo pipefail
cd "$(dirname "$0")/.."
env=$1 lock=$2 project=${3-none}

fail() {
    echo "$1" >&2
    exit 1
}

[[ $project == none || $project == editable || $project == wheel ]] ||
    fail "usage: scripts/setup.sh ENV LOCK [editable|wheel]"

# A signal ends the command that runs, and then this script.

source scripts/stop-with-make.sh
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap stop INT TERM HUP

stop() { # ends what runs: again if need be, since a process that only just began may miss a signal
    local pids
    for _ in {1..50}; do
        pids=$(jobs -pr)
        [[ -n $pids ]] || break
        # shellcheck disable=SC2086 # one word a process
        kill $pids 2>/dev/null || true
        sleep 0.1
    done
    exit 143
}

run() { # COMMAND ARGUMENT...: writes what it prints to the log
    "$@" </dev/null >"$log" 2>&1 &
    wait "$!"
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

# What is installed.

# Users say in pip's settings where packages come from. Other settings could change what is installed
# and where: those in the environment are dropped, and those that configuration files often have are
# overridden.
for name in ${!PIP_@}; do
    case $name in
    PIP_*INDEX* | PIP_FIND_LINKS | PIP_CONFIG_FILE | PIP_*CACHE_DIR | PIP_*CERT | PIP_PROXY) ;;
    PIP_TRUSTED_HOST | PIP_KEYRING_PROVIDER | PIP_*TIMEOUT) ;;
    *) unset "$name" ;;
    esac
done
export PIP_USER=0 PIP_CONSTRAINT=/dev/null
unset PYTHONPATH # pip would take a package there for an installed one

pip() {
    run "$env/bin/python" -m pip --no-input --disable-pip-version-check "$@"
}

pip_offline() { # with no package index, and none of the user's settings
    PIP_CONFIG_FILE=/dev/null pip --isolated "$@"
}

pip_failed() {
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError' "$log"; then
        fail "$env is not complete: no package index answers. Is there a network?"
    fi
    tail -n 20 "$log" >&2
    fail "$env is not complete: pip failed, as shown above."
}

# Nothing is resolved here: the lock lists everything. pip's resolver is not called, since that of
# some versions takes an extra from the newest release and not from the lock. No package is built,
# since that would fetch what builds it. The exception has no wheel, and needs only setuptools.
install_listed() { # LOCK
    pip --quiet --retries 2 install --no-deps --only-binary :all: --no-binary flask-principal \
        --no-build-isolation --require-hashes --requirement "$1" || pip_failed
}

# The lock's own pip comes first, so that all else is installed by the same pip everywhere, and
# setuptools, since pip builds before it installs.
install_lock() {
    local name first=$env/first.txt
    for name in pip setuptools; do
        awk -v name="$name==" 'index($0, name) == 1 { on = 1 } on { print } on && !/\\$/ { exit }' \
            "$lock" >"$first"
        [[ ! -s $first ]] || install_listed "$first"
    done
    install_listed "$lock"
    rm "$first"
    check_complete
}

# The lock brings what builds the project, too.
install_project() { # ARGUMENT...
    pip_offline --quiet install --no-index --no-deps --no-build-isolation "$@" || pip_failed
    check_complete
}

# `pip check` does not look at extras. pip's resolver does, here with nothing to choose from but what
# is installed.
check_complete() {
    pip_offline check && pip_offline --quiet install --no-index --requirement "$lock" && return
    cat "$log" >&2
    fail "$env is not complete: $lock does not list all that is needed, as shown above. Run 'make lock'."
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

wanted=$(checksum "$lock" scripts/setup.sh)
if ! is_done .requirements-stamp "$wanted" || ! present=$(version "$env/bin/python") ||
    [[ -n ${PYTHON-} && $(version "$PYTHON") != "$present" ]]; then
    choose_python
    echo "Setting up $env from $lock ..."
    run "$python" -m venv --clear "$env" || {
        tail -n 20 "$log" >&2
        fail "$env could not be made with $python, as shown above."
    }
    install_lock
    echo "$wanted" >"$env/.requirements-stamp"
fi

case $project in
editable)
    wanted=$(checksum pyproject.toml)
    if ! is_done .project-stamp "$wanted"; then
        install_project --editable .
        echo "$wanted" >"$env/.project-stamp"
    fi
    ;;
wheel)
    install_project --force-reinstall .
    ;;
esac
