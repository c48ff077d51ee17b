#!/usr/bin/env bash
# Set up this machine: Debian packages from packages.txt, and .venv from the locked requirements.
# Running it again costs a fraction of a second: a part is skipped if its inputs have not changed.
#
#   scripts/setup.sh          what `make run` needs (requirements-local.txt)
#   scripts/setup.sh dev      with the test and check tools (requirements-dev.txt, packages-dev.txt)
#   scripts/setup.sh tfdv     TensorFlow Data Validation in .venv-tfdv (requirements-tfdv.txt, 2.5 GB)
#   scripts/setup.sh bench    a program to compare with, in .venv-bench (requirements-bench.txt)
set -euo pipefail
cd -P "$(dirname "$0")/.."

requirements=requirements-local.txt
package_lists=(packages.txt)
if [[ ${1:-} == dev ]]; then
    requirements=requirements-dev.txt
    package_lists+=(packages-dev.txt)
fi

# Seconds to wait for another program that holds the locks of apt and dpkg, such as the daily upgrade.
lock_wait_s=${SETUP_LOCK_WAIT_S:-1800}

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }

# Two set-ups of one checkout at once would write into the same environment. The lock ends with this process, and is not
# inherited by programs that outlive it (exec 9>&-).
wait_for_other_setup() {
    command -v flock >/dev/null || return 0
    exec 9>.setup.lock
    flock -n 9 || { say "waiting for another set-up of this folder"; flock 9; }
}

# Run a command; while it prints nothing for a minute, say that it still runs.
with_signs_of_life() {
    local what=$1 started=$SECONDS ticker status=0
    shift
    (
        trap 'kill "$sleeper"; exit' TERM
        # It ends with the set-up, however that ends.
        while kill -0 $$ 2>/dev/null; do
            sleep 60 & sleeper=$!
            wait "$sleeper"
            say "still $what ($((SECONDS - started)) s)"
        done
    ) 9>&- &
    ticker=$!
    "$@" 9>&- || status=$?
    kill "$ticker" 2>/dev/null
    wait "$ticker" 2>/dev/null || true
    return "$status"
}

# apt-get with the locks of apt and dpkg waited for. DPkg::Lock::Timeout covers only dpkg's: a lock of the lists or of the
# archives ends apt-get at once.
run_apt() {
    local errors waited=0 status
    errors=$(mktemp)
    while true; do
        status=0
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o "DPkg::Lock::Timeout=$lock_wait_s" "$@" 2> >(tee "$errors" >&2) || status=$?
        [[ $status -ne 0 ]] || break
        sleep 0.2  # until tee has written all
        if grep -qE 'Could not get lock|Unable to (acquire|lock)' "$errors" && ((waited < lock_wait_s)); then
            ((waited % 60)) || say "another program uses apt: waiting for it ($waited of $lock_wait_s s)"
            sleep 5
            waited=$((waited + 5))
        elif grep -q 'dpkg --configure -a' "$errors"; then
            say "completing an interrupted installation of packages"
            "${sudo[@]}" dpkg --configure -a >&2
        else
            break
        fi
    done
    rm -f "$errors"
    return "$status"
}

install_debian_packages() {
    command -v dpkg-query >/dev/null || fail "this is not Debian or Ubuntu: install these by hand: $*, then run again"
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    local sudo=()
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || fail "neither root nor sudo here: ask an administrator for: apt-get install ${missing[*]}"
        sudo=(sudo)
    fi
    say "reading the lists of Debian packages"
    with_signs_of_life "reading the lists" run_apt update -qq
    say "installing ${missing[*]}"
    # One line for each package that is downloaded or set up.
    with_signs_of_life "installing Debian packages" run_apt install -y -q --no-install-recommends "${missing[@]}" \
        | sed -un 's/^Get:[0-9]* [^ ]* [^ ]* [^ ]* \([^ ]*\) [^ ]* [^ ]* \(.*\)/    downloading \1 \2/p; s/^Setting up \([^ ]*\).*/    setting up \1/p' >&2
}

is_python_311() { "$1" -c 'import sys; raise SystemExit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in python3.11 python3 python; do
        if command -v "$candidate" >/dev/null && is_python_311 "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 is needed: install python3.11, then run again"
}

# The interpreter's own venv and pip install uv into a folder of the project, so that nothing outside it changes.
find_uv() {
    if command -v uv >/dev/null; then command -v uv; return; fi
    # An interrupted installation leaves a program that does not run.
    if ! .venv-uv/bin/uv --version >/dev/null 2>&1; then
        say "bootstrapping uv with pip"
        "$1" -m venv --clear .venv-uv || fail "python3.11-venv is missing: apt-get install python3.11-venv, then run again"
        .venv-uv/bin/pip install --quiet --disable-pip-version-check uv >&2
    fi
    echo "$PWD/.venv-uv/bin/uv"
}

# Whether an environment is whole: its Python runs, it was made in this folder (the commands of a copied one start those of
# the other folder), and no installation into it was interrupted. A linked one belongs to another folder.
is_whole() {
    local environment=$1
    "$environment/bin/python" -c '' 2>/dev/null || return 1
    [[ ! -L $environment ]] || return 0
    [[ ! -e $environment/.installing ]] && grep -qsF "$PWD/$environment" "$environment/bin/activate"
}

is_installed() {
    local requirements=$1 environment=$2 stamp=$3
    [[ -f $stamp ]] && cmp -s "$requirements" "$stamp" && is_whole "$environment"
}

# Install locked requirements. The marks on the disk are such that the next set-up completes what was interrupted: a package
# that was written in part looks installed, therefore an interrupted environment is made again (from uv's cache).
install_requirements() {
    local requirements=$1 environment=$2 stamp=$3 python uv
    python=$(find_python)
    uv=$(find_uv "$python")
    if ! is_whole "$environment"; then
        [[ ! -e $environment ]] || say "$environment is incomplete, or was made elsewhere: making it again"
        "$uv" venv --quiet --clear --python "$python" "$environment" 9>&-
    fi
    say "installing Python packages from $requirements into $environment"
    rm -f "$environment"/.installed*
    touch "$environment/.installing"
    # uv names what it downloads and builds; the list of all packages at its end is left out.
    VIRTUAL_ENV=$PWD/$environment with_signs_of_life "installing Python packages" "$uv" pip sync "$requirements" 2>&1 \
        | sed -u '/^ [-+~] /d; s/^/    /' >&2
    rm -f "$environment/.installing"
    cp "$requirements" "$stamp"
}

install_python_packages() {
    [[ ! -x .venv/bin/python ]] || ! .venv/bin/python -c '' 2>/dev/null || is_python_311 .venv/bin/python \
        || fail ".venv has another Python, as the Astro CLI's standalone mode makes it: remove .venv, then run again"
    if is_installed "$requirements" .venv ".venv/.installed-$requirements"; then return; fi
    # The development environment holds everything the pipeline needs: one install serves both.
    if [[ $requirements == requirements-local.txt ]] && is_installed requirements-dev.txt .venv .venv/.installed-requirements-dev.txt; then
        return
    fi
    install_requirements "$requirements" .venv ".venv/.installed-$requirements"
}

# pyfarmhash, which TensorFlow Data Validation needs, comes as source only.
install_compiler() {
    local needed=()
    command -v c++ >/dev/null || needed+=(g++)
    "$1" -c 'import pathlib, sysconfig; raise SystemExit(not pathlib.Path(sysconfig.get_paths()["include"], "Python.h").exists())' \
        || needed+=(python3.11-dev)
    [[ ${#needed[@]} -eq 0 ]] || install_debian_packages "${needed[@]}"
}

# Programs in separate environments. TensorFlow Data Validation needs pandas 1 and protobuf 4, and only statistics use it; the
# program that benchmarks compare with does not belong to the pipeline.
install_apart() {
    local name=$1 requirements=requirements-$1.txt environment=.venv-$1
    if is_installed "$requirements" "$environment" "$environment/.installed"; then return; fi
    if [[ $name == tfdv ]]; then install_compiler "$(find_python)"; fi
    install_requirements "$requirements" "$environment" "$environment/.installed"
}

wait_for_other_setup
if [[ ${1:-} == tfdv || ${1:-} == bench ]]; then
    install_apart "$1"
    exit
fi
# shellcheck disable=SC2046  # one package a line, no spaces
install_debian_packages $(grep -hv '^#' "${package_lists[@]}")
install_python_packages
# Put the packages of the project on the environment's path: no command needs PYTHONPATH.
site_packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
printf '%s\n' "$PWD/include" "$PWD/plugins" > "$site_packages/student_loans_project.pth"
# The command `student-loans`, a console script of the wheel. Worker processes import the script that started them:
# without the condition each would run the command again.
cat > .venv/bin/student-loans <<END
#!$PWD/.venv/bin/python
import sys

from student_loans.cli import main

if __name__ == "__main__":
    sys.exit(main())
END
chmod +x .venv/bin/student-loans
# Every task imports the project; where it may not write bytecode, it would also compile it.
.venv/bin/python -m compileall -q include plugins
