#!/usr/bin/env bash
# Resolve requirements*.in into the locked requirements*.txt (`make lock`). Pins move only where an input asks for it.
#
#   requirements-local.txt   what `make` installs, for Python 3.11; requirements-dev.txt adds test and check tools
#   requirements-image.txt   what Astro Runtime holds, as far as the package index shows: packages published until its release
#   requirements.txt         what Astro installs into that image: the pins of requirements-local.txt without what the image holds.
#                            Those packages that requirements.in names stand at the end without a version: the image has one
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
image_python=$(sed -nE 's/^FROM .*-python-([0-9.]+)$/\1/p' Dockerfile)
image_released=$(sed -n 's/^# released: //p' requirements-image.in)

compile() { "$uv" pip compile -q --custom-compile-command "make lock" "$@"; }

compile --python-version 3.11 requirements.in -o requirements-local.txt
compile --python-version 3.11 requirements-dev.in -c requirements-local.txt -o requirements-dev.txt
for name in tfdv bench; do
    compile --python-version 3.11 --python-platform x86_64-manylinux_2_28 "requirements-$name.in" -o "requirements-$name.txt"
done

compile --python-version "$image_python" --exclude-newer "${image_released}T00:00:00Z" requirements-image.in -o requirements-image.txt
mapfile -t held < <(sed -nE 's/^([a-z0-9-]+)==.*/\1/p' requirements-image.txt)
# The pins in the output file are those that uv prefers.
cp requirements-local.txt requirements.txt
compile --python-version "$image_python" requirements.in -c requirements-image.txt "${held[@]/#/--no-emit-package=}" -o requirements.txt
sed -i '/^# The following packages were excluded/,$d' requirements.txt
{
    echo "# The image has these, at versions of its own:"
    # Airflow itself is the image: a line with its version is refused.
    grep -E '^[a-z]' requirements.in | grep -vE '^apache-airflow[=<>~]' | while read -r line; do
        name=${line%%[=<>~\[]*}
        [[ " ${held[*]} " != *" $name "* ]] || echo "$line"
    done
} >> requirements.txt
