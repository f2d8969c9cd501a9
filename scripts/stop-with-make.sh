# Sourced by scripts that run long under make. Sends this script SIGTERM when make is interrupted.
#
# GNU make passes SIGTERM on to the commands it runs, but not SIGINT: Ctrl-C on a terminal reaches
# every process anyway. `kill -INT` to make alone leaves it waiting for its command, with SIGINT set
# back to the default action. A loop in the background watches for that in /proc, and for the end of
# make. The loop ends with the script, which holds the other end of its pipe.

make_goes_on() {
    local name value hup_and_int=3 handled=0
    while read -r name value; do
        case $name in
        State:) [[ $value != Z* ]] || return 1 ;;
        SigIgn: | SigCgt:) ((handled |= 0x$value)) || true ;;
        esac
    done <"/proc/$PPID/status"
    (((handled & hup_and_int) == hup_and_int))
}

if [[ -r /proc/$PPID/status && $(<"/proc/$PPID/comm") == *make ]]; then
    exec 9> >(
        exec >/dev/null 2>&1
        while make_goes_on; do
            read -r -t 0.2 || (($? > 128)) || exit 0
        done
        kill -TERM $$
    )
fi
