#!/usr/bin/env bash
# Installs the real servers the tests in this folder talk to, into ~/.cache/assistant-peers and by apt.
# What can't be installed is named, and its tests are skipped with that reason.
set -uo pipefail
cache="$HOME/.cache/assistant-peers"
mkdir -p "$cache/bluesky"

packages=()
[ -x /usr/sbin/dovecot ] || packages+=(dovecot-imapd)
[ -x /usr/bin/redis-server ] || packages+=(redis-server)
[ -x /usr/lib/postgresql/15/bin/initdb ] || packages+=(postgresql-15)
command -v npm >/dev/null || packages+=(nodejs npm)
if [ ${#packages[@]} -gt 0 ]; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } \
    || echo "not installed: ${packages[*]} (needs root and apt)"
fi

if [ ! -d "$cache/synapse" ]; then
  { python3 -m venv "$cache/synapse" && "$cache/synapse/bin/pip" install --quiet matrix-synapse==1.163.2; } \
    || { rm -rf "$cache/synapse"; echo "not installed: matrix-synapse"; }
fi

# 0.3.215 is the newest that runs on Node 20; better-sqlite3 in it is compiled here, which takes some minutes.
if [ ! -d "$cache/bluesky/node_modules/@atproto/dev-env" ]; then
  (cd "$cache/bluesky" && npm init -y >/dev/null && npm install --no-audit --no-fund @atproto/dev-env@0.3.215) \
    || { rm -rf "$cache/bluesky/node_modules"; echo "not installed: @atproto/dev-env"; }
fi
echo "peers are in $cache"
