#!/usr/bin/env bash
# Copy the browser libraries of package-lock.json into the repository, so that pages load nothing from other hosts.
# Run `make vendor` after a change of a version; the copies and the lock file are committed together.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json package-lock.json "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent)
pages=../../plugins/loan_documents/web/static/vendor
tests=../../tests/e2e/vendor
sed '/^\/\/# sourceMappingURL/d' "$work/node_modules/chart.js/dist/chart.umd.min.js" > "$pages/chart.umd.min.js"
cp "$work/node_modules/chart.js/LICENSE.md" "$pages/chart.LICENSE.txt"
cp "$work/node_modules/axe-core/axe.min.js" "$tests/axe.min.js"
cp "$work/node_modules/axe-core/LICENSE" "$tests/axe.LICENSE.txt"
