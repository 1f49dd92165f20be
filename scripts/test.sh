#!/usr/bin/env bash
# The suite on SQLite, then again on PostgreSQL what touches the database. Usage: scripts/test.sh MARK_EXPRESSION [pytest arguments]
set -eu
cd "$(dirname "$0")/.."
marks=$1
shift
both() { [ -n "$marks" ] && echo "$marks and $1" || echo "$1"; }

echo "== SQLite"
.venv/bin/pytest -q --durations=15 --max-worker-restart=0 -n 3 --dist loadfile --no-loadscope-reorder -m "$marks" "$@"
echo "== PostgreSQL"
.venv/bin/pytest -q --durations=15 --max-worker-restart=0 -n 3 --dist loadfile --no-loadscope-reorder -m "$(both 'database and not browser')" --database postgresql "$@"
