#!/usr/bin/env bash
# The virtual environment .venv with exactly the pinned packages, made by uv; never a Python of uv's own.
set -eu
cd "$(dirname "$0")/.."
if uv --version >/dev/null 2>&1; then
    uv=uv
else
    [ -x .tools/bin/python ] || python3 -m venv .tools
    [ -x .tools/bin/uv ] || .tools/bin/pip install -q uv
    uv=.tools/bin/uv
fi
[ -x .venv/bin/python ] || "$uv" venv -q --python '>=3.11' .venv
"$uv" pip sync -q --require-hashes --python .venv/bin/python requirements-dev.txt
echo "Python packages: $(.venv/bin/python -V), $(grep -c '^[a-z].*==' requirements-dev.txt) packages"
