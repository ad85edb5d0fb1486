# Installs the Debian packages that are missing, and starts no daemon by doing so.

# What tests and benches run themselves: dig, DKIM checkers, a load generator (smtp-sink and smtp-source come with postfix).
tool_packages="bind9-dnsutils curl opendkim opendkim-tools python3-dkim python3-dnspython wrk"

# install_packages SERVERS HOW_MANY_WERE_NAMED
install_packages() {
  local name variable wanted="" missing
  for name in $1; do
    variable=${name}_packages
    wanted+=" ${!variable}"
  done
  [[ $2 != 0 ]] || wanted+=" $tool_packages"
  missing=$(missing_of $wanted)
  [[ -n $missing ]] || return 0
  say "installing" $missing
  (
    lock 8 apt || exit 1 # two runs may start at the same time
    apt update || apt update || say "apt-get update failed; trying with the lists that are there"
    without_daemons apt install -y --no-install-recommends $missing || without_daemons apt install -y --no-install-recommends $missing
  ) 8>"$dir/apt.lock" || true
  missing=$(missing_of $wanted)
  [[ -z $missing ]] || fail "cannot be had:" $missing "(apt-get says why in $dir/apt.log)"
}

missing_of() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

apt() { DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$dir/apt.log" 2>&1 8>&-; }

# Debian's maintainer scripts ask policy-rc.d whether they may start a daemon: 101 means no.
without_daemons() {
  local policy=/usr/sbin/policy-rc.d result=0
  [[ -e $policy ]] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && trap "rm -f $policy" EXIT; }
  "$@" || result=$?
  return $result
}
