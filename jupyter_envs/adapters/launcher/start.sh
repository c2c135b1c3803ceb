# start GENERATION KERNELSPEC CONNECTION_FILE
# start GENERATION --run COMMAND [ARGUMENT...]
#
# Activates the generation as conda would (variables first, then the scripts of activate.d in
# order), without what another environment left behind, and becomes the kernel or the command.
# Names are long because activation scripts share them.

[ -z "${BASH_VERSION-}" ] || set +o posix

jupyter_envs_fail() {
    trap - EXIT
    printf '%s\n' "$1" >&2
    exit "${2:-1}"
}

# PATH without one folder.
jupyter_envs_leave() {
    jupyter_envs_path=:${PATH-}:
    while :; do
        case $jupyter_envs_path in
            *":$1:"*) jupyter_envs_path=${jupyter_envs_path%%":$1:"*}:${jupyter_envs_path#*":$1:"} ;;
            *) break ;;
        esac
    done
    jupyter_envs_path=${jupyter_envs_path#:}
    PATH=${jupyter_envs_path%:}
}

# A script that returns a status of its own is common and harmless; one that exits ends the start.
# What scripts print goes to the log, so that the output of a command stays its own.
jupyter_envs_source() {
    for jupyter_envs_script in "$@"; do
        [ -f "$jupyter_envs_script" ] || continue
        trap 'jupyter_envs_fail "The activation script \`$jupyter_envs_script\` stopped the start; update or remove the package that brought it"' EXIT
        . "$jupyter_envs_script" </dev/null >&2 || printf '%s\n' \
            "The activation script \`$jupyter_envs_script\` ended with an error; going on" >&2
        set +eu
        trap - EXIT
    done
    [ "$PWD" = "$jupyter_envs_folder" ] || cd -- "$jupyter_envs_folder" || :
}

# What an environment that was active here wants undone, last first.
jupyter_envs_deactivate() {
    jupyter_envs_old=$1
    set --
    for jupyter_envs_script in "$jupyter_envs_old"/etc/conda/deactivate.d/*.sh; do
        set -- "$jupyter_envs_script" "$@"
    done
    jupyter_envs_source "$@"
    jupyter_envs_leave "$jupyter_envs_old/bin"
}

jupyter_envs_generation=$1
shift
jupyter_envs_folder=$PWD

[ -z "${CONDA_PREFIX-}" ] || jupyter_envs_deactivate "$CONDA_PREFIX"
[ -z "${VIRTUAL_ENV-}" ] || jupyter_envs_leave "$VIRTUAL_ENV/bin"
unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME PYTHONPATH __PYVENV_LAUNCHER__
unset CONDA_PREFIX_1 CONDA_PREFIX_2 CONDA_PREFIX_3 CONDA_PREFIX_4 CONDA_PREFIX_5
unset JUPYTER_ENVS_CONNECTION_FILE

export PATH="$jupyter_envs_generation/bin${PATH:+:$PATH}"
export CONDA_PREFIX="$jupyter_envs_generation"
export CONDA_DEFAULT_ENV="$jupyter_envs_generation"
export CONDA_SHLVL=1 CONDA_PROMPT_MODIFIER=
export PYTHONNOUSERSITE=1
if [ -e "$jupyter_envs_generation/bin/R" ]; then
    unset R_HOME R_LIBS R_LIBS_SITE
    export R_LIBS_USER=NULL
fi
. "$jupyter_envs_generation/etc/jupyter-envs/variables"
jupyter_envs_source "$jupyter_envs_generation"/etc/conda/activate.d/*.sh

# exec keeps the process id, so the process whose id this is, is the kernel and none of its children.
export JUPYTER_ENVS_GENERATION="$jupyter_envs_generation" JUPYTER_ENVS_PID="$$"

if [ "$1" = --run ]; then
    shift
else
    jupyter_envs_kernel="$jupyter_envs_generation/etc/jupyter-envs/kernels/$1"
    [ -f "$jupyter_envs_kernel" ] ||
        jupyter_envs_fail "The environment has no kernel \`$1\` any more; choose another kernel, or add the package that brings it and build again"
    export JUPYTER_ENVS_CONNECTION_FILE="$2"
    . "$jupyter_envs_kernel"
fi

[ "$#" -gt 0 ] || jupyter_envs_fail 'There is no command to run; name one'
jupyter_envs_program=$(command -v "$1") ||
    jupyter_envs_fail "\`$1\` is neither in the environment nor on \`PATH\`; add the package that brings it and build again" 127
# Python finds its home by argv[0]: a whole path, where the shell has no command of that name.
case $jupyter_envs_program in
    /*)
        shift
        exec "$jupyter_envs_program" "$@"
        ;;
esac
exec "$@"
