#!/usr/bin/env bash
# Chromium, PostgreSQL and RabbitMQ for the tests: installed when this is run by root, else said with the one command to type.
set -eu
# `type -P` looks for programs only: `command -v` would find a function of the name.
has_chromium() { type -P chromium || type -P chromium-browser || type -P google-chrome; }
has_postgresql() { ls -d "${POSTGRESQL_HOME:-/usr/lib/postgresql}"/*/bin/initdb || type -P initdb; }
has_rabbitmq() { ls "${RABBITMQ_HOME:-/usr/lib/rabbitmq}"/bin/rabbitmq-server; }

missing=()
has_chromium >/dev/null 2>&1 || missing+=(chromium)
has_postgresql >/dev/null 2>&1 || missing+=(postgresql)
has_rabbitmq >/dev/null 2>&1 || missing+=(rabbitmq-server)
[ ${#missing[@]} -eq 0 ] && exit 0

command="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests: ${missing[*]}"
    # The tests start servers of their own. Debian's services stay down meanwhile: one that cannot start would fail the installation.
    policy=${POLICY_RC_D:-/usr/sbin/policy-rc.d}
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive $command >/dev/null
    exit 0
fi
echo "Not on this machine: ${missing[*]}. Install with:  sudo $command"
echo "Until then the tests marked browser (chromium) and postgresql, and those of RabbitMQ, are left out; pytest lists them at its end."
[ "${CI:-}" = true ] && exit 1
exit 0
