# Packages for Node that tests need, and Node itself where there is none.

oldest_node=18
node_seconds=600

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
  local log=$dir/node.apt.log
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends nodejs npm; } </dev/null >"$log" 2>&1 6>&- 7>&- 8>&- 9>&- ||
    fail "Node cannot be had from Debian's packages: $(tail -n 3 "$log")" || return 1
  has_node || fail "Debian's packages gave $(node --version 2>&1), but Node $oldest_node or newer is needed"
}

# install_node_packages FILES HOME: what package.json and package-lock.json in FILES name goes to HOME, unless it is there already.
# In a subshell, so that the lock ends with it: the caller starts a server next.
install_node_packages() (
  local files=$1 home=$2 stamp
  mkdir -p "$home" && exec 6>"$dir/node.lock" && lock 6 node || return 1
  stamp=$(cat "$files/package.json" "$files/package-lock.json" | cksum)
  if has_node && [[ $(cat "$home/stamp" 2>/dev/null) == "$stamp" ]]; then return 0; fi
  has_node || install_node || return 1
  cp "$files/package.json" "$files/package-lock.json" "$home/"
  # A package may ask for a newer Node than the one that only unpacks it.
  (cd "$home" && timeout $node_seconds npm ci --no-audit --no-fund --loglevel=error 6>&- 7>&- 8>&- 9>&-) >"$home/npm.log" 2>&1 ||
    fail "the packages in $files cannot be had: $(tail -n 5 "$home/npm.log")" || return 1
  echo "$stamp" >"$home/stamp"
)
