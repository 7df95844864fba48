#!/usr/bin/env bash
# Installs the real servers the tests in this folder talk to, into ~/.cache/assistant-peers and by apt.
# What can't be installed is named, and its tests are skipped with that reason.
set -uo pipefail
cache="$HOME/.cache/assistant-peers"
mkdir -p "$cache"

packages=()
[ -x /usr/sbin/dovecot ] || packages+=(dovecot-imapd)
[ -x /usr/bin/redis-server ] || packages+=(redis-server)
[ -x /usr/lib/postgresql/15/bin/initdb ] || packages+=(postgresql-15)
command -v npm >/dev/null || packages+=(nodejs npm)
if [ ${#packages[@]} -gt 0 ]; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } \
    || echo "not installed: ${packages[*]} (needs root and apt)"
fi

# `.ready` is written last: an installation that was cut off is begun anew.
if [ ! -e "$cache/synapse/.ready" ]; then
  rm -rf "$cache/synapse"
  { python3 -m venv "$cache/synapse" && "$cache/synapse/bin/pip" install --quiet matrix-synapse==1.163.2; } \
    && touch "$cache/synapse/.ready" || echo "not installed: matrix-synapse"
fi

# 0.3.215 is the newest that runs on Node 20; better-sqlite3 in it is compiled here, which takes some minutes.
if [ ! -e "$cache/bluesky/.ready" ]; then
  prefix="$(node -p 'require("path").dirname(require("path").dirname(process.execPath))' 2>/dev/null)"
  [ -f "$prefix/include/node/node.h" ] && export npm_config_nodedir="$prefix"  # no headers from the network
  rm -rf "$cache/bluesky" && mkdir -p "$cache/bluesky"
  (cd "$cache/bluesky" && npm init -y >/dev/null && npm install --no-audit --no-fund --loglevel error @atproto/dev-env@0.3.215) \
    && touch "$cache/bluesky/.ready" || echo "not installed: @atproto/dev-env"
fi
# Promptfoo from 0.122 on needs Node 22; the native parts it can do without are left out.
if [ ! -e "$cache/promptfoo/.ready" ]; then
  rm -rf "$cache/promptfoo" && mkdir -p "$cache/promptfoo"
  (cd "$cache/promptfoo" && npm init -y >/dev/null && npm install --no-audit --no-fund --loglevel error --omit=optional promptfoo@0.120.27) \
    && touch "$cache/promptfoo/.ready" || echo "not installed: promptfoo"
fi

if [ ! -e "$cache/inspect/.ready" ]; then
  rm -rf "$cache/inspect"
  { python3 -m venv "$cache/inspect" && "$cache/inspect/bin/pip" install --quiet inspect_ai==0.3.285; } \
    && touch "$cache/inspect/.ready" || echo "not installed: inspect_ai"
fi
echo "peers are in $cache"
