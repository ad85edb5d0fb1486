# The test authority: right NODATA and NXDOMAIN, any record type, UDP and TCP. Its zone is test.zone beside this file.
knot_packages="knot bind9-dnsutils"

knot_answers() { dig @127.0.0.1 -p "$knot_port" +time=1 +tries=1 +short test. SOA 2>/dev/null | grep -q '^ns.test'; }

knot_start() {
  local d=$dir/knot
  mkdir -p "$d/run" "$d/db"
  cat >"$d/knot.conf" <<EOF
server:
  rundir: $d/run
  pidfile: $d/run/pid
  listen: $listen@$knot_port
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: $d/db
log:
  - target: stderr
    any: warning
template:
  - id: default
    storage: $here/servers
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: test.
    file: test.zone
  # A zone that cannot be loaded: its names answer SERVFAIL.
  - domain: servfail.
    file: there-is-none.zone
EOF
  rm -f "$d/run/pid" # a killed one leaves it, and would be taken for running
  in_background "$d/out.log" knotd -c "$d/knot.conf"
}

# One transaction at a time, so tests that run in parallel wait for each other.
knot_record() {
  local name=$1 ttl=$2 type=$3 home
  shift 3
  home=$(home_of knot "$knot_port")
  local control="knotc -c $home/knot/knot.conf"
  exec 9>"$home/knot.lock"
  lock 9 knot || return 1
  $control zone-begin test. >/dev/null
  if ! { $control zone-set test. "$name" "$ttl" "$type" "$@" && $control zone-commit test.; } >/dev/null; then
    $control zone-abort test. >/dev/null
    return 1
  fi
}

knot_stop() { terminate_pid_of "$dir/knot/run/pid" "$dir/knot"; }
knot_kill() { kill_pid_of "$dir/knot/run/pid" "$dir/knot"; }
