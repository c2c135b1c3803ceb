#!/bin/sh
# launch KERNELSPEC CONNECTION_FILE    start a kernel of the environment
# launch --run COMMAND [ARGUMENT...]   run a command in it
#
# Chooses the generation once, marks it as in use for as long as the kernel lives (a shared flock
# on descriptor 9, which exec hands on), and goes on in the `start` of that very generation.

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

# Status 0: marked; 1: its removal is under way; any other: locks do not work on this file system.
# The lock belongs to the open file, so it stays when the program that took it has ended.
mark() {
    if command -v flock >/dev/null 2>&1; then
        flock -s -n 9
    elif [ -x "$generation/bin/python" ]; then
        "$generation/bin/python" -E -s -S -c '
import errno, fcntl, sys
try:
    fcntl.flock(9, fcntl.LOCK_SH | fcntl.LOCK_NB)
except (IOError, OSError):
    sys.exit(1 if sys.exc_info()[1].errno in (errno.EAGAIN, errno.EACCES) else 71)'
    elif command -v perl >/dev/null 2>&1; then
        perl -e 'use Errno; open(my $lease, "<&=", 9) or exit 71;
                 exit(flock($lease, 1 | 4) ? 0 : $!{EWOULDBLOCK} ? 1 : 71)'
    else
        fail 'The environment cannot be marked as in use, because there is no `flock` command on `PATH`; install it (util-linux)'
    fi
}

# Marking comes first and the look at the completion record second: a removal takes the mark for
# itself before it takes the record away, so one of the two always sees the other.
claim() {
    { command exec 9<"$generation.lease"; } 2>/dev/null || return 1
    mark
    case $? in
        0) ;;
        1) return 1 ;;
        *) printf '%s\n' "The file system of \`$generation\` knows no locks; the environment is not marked as in use" >&2 ;;
    esac
    [ -f "$generation.complete.json" ]
}

pointer=${0%/etc/jupyter-envs/launch}
attempts=20
while :; do
    generation=$(cd -P -- "$pointer" 2>/dev/null && pwd -P) ||
        fail "There is no environment at \`$pointer\`; build it again"
    claim && break
    attempts=$((attempts - 1))
    [ "$attempts" -gt 0 ] || fail "The environment at \`$generation\` is not complete; build it again"
    sleep 0.1
done

# Activation scripts are written for bash. Its POSIX mode keeps a foreign BASH_ENV out.
for script in "$generation"/etc/conda/activate.d/*.sh \
    "${CONDA_PREFIX:-$generation}"/etc/conda/deactivate.d/*.sh; do
    if [ -f "$script" ] && command -v bash >/dev/null 2>&1; then
        exec bash --posix "$generation/etc/jupyter-envs/start" "$generation" "$@"
    fi
done
exec /bin/sh "$generation/etc/jupyter-envs/start" "$generation" "$@"
