# Ports, folders and the helpers that every server's file uses. Sourced by ../servers.sh.

all_servers="mariadb mysql rabbitmq redis s3 knot postfix exim"

mariadb_port=${SCAISEND_MARIADB_PORT:-23306}
mysql_port=${SCAISEND_MYSQL_PORT:-23308}
rabbitmq_port=${SCAISEND_RABBITMQ_PORT:-25673}
redis_port=${SCAISEND_REDIS_PORT:-26379}
s3_port=${SCAISEND_S3_PORT:-29000}
s3_credentials=S3RVER:S3RVER
knot_port=${SCAISEND_KNOT_PORT:-25354}
postfix_port=${SCAISEND_POSTFIX_PORT:-22602}
exim_port=${SCAISEND_EXIM_PORT:-22601}

# Where knot, Postfix and Exim listen: everywhere only inside a container, whose ports are then published on loopback.
listen=${SCAISEND_SERVERS_LISTEN:-127.0.0.1}

say() { echo "servers: $*" >&2; }

fail() {
  say "$*"
  return 1
}

# Debian (or a relative of it) as root; everything else goes by docker compose. SCAISEND_SERVERS_BY=packages|docker decides otherwise.
uses_packages() {
  [[ ${SCAISEND_SERVERS_BY:-} != docker ]] || return 1
  [[ ${SCAISEND_SERVERS_BY:-} != packages ]] || return 0
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# The servers run as users of their own, so every parent of the data folder must be open to others (a clone under /root is not).
others_may_enter() {
  local folder=$1
  while [[ ! -d $folder ]]; do folder=$(dirname "$folder"); done
  while :; do
    [[ $(stat -c %A "$folder") == *[xt] ]] || return 1
    [[ $folder != / ]] || return 0
    folder=$(dirname "$folder")
  done
}

servers_dir() {
  local wanted=${SCAISEND_SERVERS_DIR:-$repository/.servers}
  ! uses_packages || others_may_enter "$wanted" || wanted=/var/tmp/scaisend-servers/$(cksum <<<"$wanted" | cut -d' ' -f1)
  echo "$wanted"
}

dir=$(servers_dir)

# Where sendgrid-node.sh puts SendGrid's clients for Node.
sendgrid_node=$dir/sendgrid-node

port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# until_true SECONDS COMMAND…: tries it five times a second.
until_true() {
  local tries=$(($1 * 5))
  shift
  while ! "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || return 1
    sleep 0.2
  done
}

# A lock is held as long as any process has its descriptor: whatever outlives us must be started without 6, 7, 8 and 9.
lock_seconds=900
lock() { flock --timeout $lock_seconds "$1" || fail "another run has held the lock of $2 for $lock_seconds s (fuser -v $dir/*.lock names it)"; }

# Starts a daemon that outlives us and holds neither our output (a pipe to tee would never close) nor our locks.
in_background() {
  local log=$1
  shift
  setsid "$@" </dev/null >>"$log" 2>&1 6>&- 7>&- 8>&- 9>&- &
}

# The process in a pid file, only if its command line still mentions what belongs to that server: pids are used again.
pid_of() {
  local pid
  pid=$(head -n1 "$1" 2>/dev/null | tr -d ' ') && [[ -n $pid && -r /proc/$pid/cmdline ]] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$2" && echo "$pid"
}

process_is_gone() { [[ ! -d /proc/$1 || $(awk '{print $3}' "/proc/$1/stat" 2>/dev/null) == Z ]]; }

kill_pid_of() { signal_pid_of KILL "$@"; }
terminate_pid_of() { signal_pid_of TERM "$@"; }

signal_pid_of() {
  local pid
  pid=$(pid_of "$2" "$3") || return 0
  kill -s "$1" "$pid"
  until_true 60 process_is_gone "$pid" || fail "process $pid is still there a minute after SIG$1"
}

# Each server's file defines NAME_packages, NAME_answers, NAME_start, NAME_stop and NAME_kill.
each_server() {
  local action=$1 name failed=0
  shift
  local names=${*:-$all_servers}
  for name in $names; do [[ " $all_servers " == *" $name "* ]] || fail "no server is called $name; there are: $all_servers" || exit 64; done
  for name in $all_servers; do source "$here/servers/$name.sh"; done
  mkdir -p "$dir" && chmod 755 "$dir"
  [[ -O $dir ]] || fail "$dir belongs to someone else" || exit 1
  if [[ $action == start ]]; then
    source "$here/servers/packages.sh"
    install_packages "$names" $# || exit 1
  fi
  local -A running=()
  for name in $names; do
    one_server "$action" "$name" &
    running[$name]=$!
  done
  for name in $names; do wait "${running[$name]}" || failed=1; done
  return $failed
}

one_server() {
  local action=$1 name=$2 port=${2}_port
  mkdir -p "$dir/$name"
  exec 9>"$dir/$name.lock"
  lock 9 "$name" || return 1
  case $action in
    status) if "${name}_answers"; then echo "$name answers on port ${!port}"; else echo "$name does not answer on port ${!port}" && return 1; fi ;;
    start) start_one "$name" "${!port}" ;;
    *) end_one "$action" "$name" ;;
  esac
}

end_one() {
  "${2}_$1" || return 1
  ! "${2}_answers" || fail "$2 was not started from $dir, so $1 leaves it alone" || return 1
  say "$2: $1 done"
}

# Another clone may have started the server on this port: its folders are where it lives, not here.
homes=${SCAISEND_SERVERS_HOMES:-/tmp/scaisend-servers.$(id -u)}
home_of() { cat "$homes/$1-$2" 2>/dev/null || echo "$dir"; }

start_one() {
  local name=$1 port=$2
  if "${name}_answers"; then
    say "$name answers on port $port"
    return 0
  fi
  ! port_is_open "$port" || fail "$name cannot be had: something else listens on port $port (set SCAISEND_${name^^}_PORT to another one)" || return 1
  mkdir -p "$homes" && echo "$dir" >"$homes/$name-$port"
  "${name}_start" || return 1
  [[ ! -f $dir/$name/unavailable ]] || return 0
  until_true 60 "${name}_answers" || cannot_be_had "$name" "$port" || return 1
  say "$name started on port $port"
}

cannot_be_had() {
  tail -n 15 "$dir/$1"/*.log >&2 || true
  fail "$1 cannot be had: it does not answer on port $2 after 60 s (what it logged is above, and in $dir/$1)"
}

add_record() { source "$here/servers/knot.sh" && knot_record "$@"; }

print_environment() {
  cat <<EOF
export SCAISEND_SERVERS_SH='$here/servers.sh'
export SCAISEND_TEST_SENDGRID_NODE='$sendgrid_node'
export SCAISEND_TEST_MARIADB='Server=127.0.0.1;Port=$mariadb_port;User ID=app;Password=app'
export SCAISEND_TEST_RABBITMQ='amqp://guest:guest@127.0.0.1:$rabbitmq_port'
export SCAISEND_TEST_REDIS='127.0.0.1:$redis_port'
export SCAISEND_TEST_S3='http://$s3_credentials@127.0.0.1:$s3_port'
export SCAISEND_TEST_DNS='127.0.0.1:$knot_port'
export SCAISEND_TEST_POSTFIX_PORT='$postfix_port'
export SCAISEND_TEST_POSTFIX_MAILDIR='$(home_of postfix "$postfix_port")/postfix/mail/all'
export SCAISEND_TEST_EXIM_PORT='$exim_port'
export SCAISEND_TEST_EXIM_MAILDIR='$(home_of exim "$exim_port")/exim/mail'
EOF
  if port_is_open "$mysql_port"; then
    echo "export SCAISEND_TEST_MYSQL='Server=127.0.0.1;Port=$mysql_port;User ID=app;Password=app;AllowPublicKeyRetrieval=true'"
  else
    echo "unset SCAISEND_TEST_MYSQL"
  fi
}
