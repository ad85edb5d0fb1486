#!/usr/bin/env bash
# Installs SendGrid's clients for Node, which the tests run, and Node itself when there is none: build/sendgrid-node.sh
# The packages and their hashes stand in ScaiSend.IntegrationTests/SendGridCompatibility/node/package-lock.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$here")
source "$here/servers/common.sh"

files=$repository/ScaiSend.IntegrationTests/SendGridCompatibility/node
home=$sendgrid_node
oldest_node=18

has_node() {
  local version
  command -v npm >/dev/null && version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  ((${version%%.*} >= oldest_node))
}

install_node() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null ||
    fail "Node $oldest_node or newer with npm is missing: install it (https://nodejs.org, or your distribution's packages nodejs and npm) and put both on PATH" || return 1
  say "installing Node from Debian's packages"
  local log=$home.apt.log
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends nodejs npm; } </dev/null >"$log" 2>&1 ||
    fail "Node cannot be had from Debian's packages: $(tail -n 3 "$log")" || return 1
  has_node || fail "Debian's packages gave $(node --version 2>&1), but Node $oldest_node or newer is needed"
}

mkdir -p "$home"
exec 9>"$home.lock"
flock 9
stamp=$(cat "$files/package.json" "$files/package-lock.json" | cksum)
if has_node && [[ $(cat "$home/stamp" 2>/dev/null) == "$stamp" ]]; then exit 0; fi
has_node || install_node
cp "$files/package.json" "$files/package-lock.json" "$home/"
(cd "$home" && npm ci --no-audit --no-fund --loglevel=error 9>&-) >"$home/npm.log" 2>&1 ||
  fail "SendGrid's clients for Node cannot be had: $(tail -n 5 "$home/npm.log")"
echo "$stamp" >"$home/stamp"
say "SendGrid's clients for Node are in $home"
