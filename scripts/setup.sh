#!/usr/bin/env bash
# Set up this machine: Debian packages from packages.txt, and .venv from the locked requirements.
# Running it again costs a fraction of a second: a part is skipped if its inputs have not changed.
#
#   scripts/setup.sh          what `make run` needs (requirements-local.txt)
#   scripts/setup.sh dev      with the test and check tools (requirements-dev.txt, packages-dev.txt)
#   scripts/setup.sh tfdv     TensorFlow Data Validation in .venv-tfdv (requirements-tfdv.txt, 2.5 GB)
#   scripts/setup.sh bench    a program to compare with, in .venv-bench (requirements-bench.txt)
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=requirements-local.txt
package_lists=(packages.txt)
if [[ ${1:-} == dev ]]; then
    requirements=requirements-dev.txt
    package_lists+=(packages-dev.txt)
fi

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }

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
    say "installing ${missing[*]}"
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
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
    if [[ ! -x .venv-uv/bin/uv ]]; then
        say "bootstrapping uv with pip"
        "$1" -m venv .venv-uv || fail "python3.11-venv is missing: apt-get install python3.11-venv, then run again"
        .venv-uv/bin/pip install --quiet --disable-pip-version-check uv >&2
    fi
    echo "$PWD/.venv-uv/bin/uv"
}

install_python_packages() {
    [[ ! -x .venv/bin/python ]] || is_python_311 .venv/bin/python \
        || fail ".venv has another Python, as the Astro CLI's standalone mode makes it: remove .venv, then run again"
    local stamp=.venv/.installed-$requirements
    if [[ -f $stamp ]] && cmp -s "$requirements" "$stamp"; then return; fi
    # The development environment holds everything the pipeline needs: one install serves both.
    if [[ $requirements == requirements-local.txt && -f .venv/.installed-requirements-dev.txt ]] \
        && cmp -s requirements-dev.txt .venv/.installed-requirements-dev.txt; then return; fi
    local python uv
    python=$(find_python)
    uv=$(find_uv "$python")
    say "installing Python packages from $requirements"
    [[ -x .venv/bin/python ]] || "$uv" venv --quiet --python "$python" .venv
    VIRTUAL_ENV=$PWD/.venv "$uv" pip sync --quiet "$requirements"
    rm -f .venv/.installed-*
    cp "$requirements" "$stamp"
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
    local stamp=$environment/.installed
    if [[ -f $stamp ]] && cmp -s "$requirements" "$stamp"; then return; fi
    local python uv
    python=$(find_python)
    uv=$(find_uv "$python")
    [[ $name != tfdv ]] || install_compiler "$python"
    say "installing $requirements into $environment"
    [[ -x $environment/bin/python ]] || "$uv" venv --quiet --python "$python" "$environment"
    VIRTUAL_ENV=$PWD/$environment "$uv" pip sync --quiet "$requirements"
    cp "$requirements" "$stamp"
}

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
