rabbitmq_packages="rabbitmq-server"

# A broker answers a wrong protocol header with the right one: "AMQP" and four bytes.
rabbitmq_answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$rabbitmq_port" || exit 1
    printf 'HELO0000' >&3
    [[ $(timeout 5 head -c 4 <&3) == AMQP ]]
  ) 2>/dev/null
}

rabbitmq_start() {
  local d=$dir/rabbitmq
  mkdir -p "$d/mnesia" "$d/log"
  cat >"$d/rabbitmq.conf" <<EOF
listeners.tcp.1 = 127.0.0.1:$rabbitmq_port
log.file.level = warning
vm_memory_high_watermark.absolute = 2GB
disk_free_limit.absolute = 500MB
EOF
  echo '[].' >"$d/enabled_plugins"
  # Distribution and epmd ports of its own: a second node would share epmd's 4369, and stopping one could hit the other.
  cat >"$d/environment" <<EOF
export HOME='$d' RABBITMQ_HOME=/usr/lib/rabbitmq RABBITMQ_NODENAME=scaisend$rabbitmq_port@localhost LANG=C.UTF-8
export RABBITMQ_CONFIG_FILE='$d/rabbitmq.conf' RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE='$d/enabled_plugins'
export RABBITMQ_MNESIA_BASE='$d/mnesia' RABBITMQ_LOG_BASE='$d/log' RABBITMQ_PID_FILE='$d/pid'
export RABBITMQ_DIST_PORT=$((rabbitmq_port + 1000)) ERL_EPMD_PORT=$((rabbitmq_port + 1001)) ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
EOF
  chown -R rabbitmq:rabbitmq "$d"
  # Not Debian's wrapper, which changes the user and clears the environment.
  in_background "$d/out.log" setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups \
    bash -c ". '$d/environment' && cd '$d' && exec /usr/lib/rabbitmq/bin/rabbitmq-server"
}

rabbitmq_stop() {
  local epmd
  terminate_pid_of "$dir/rabbitmq/pid" "$dir/rabbitmq"
  # epmd would stay behind; ours is the one on our port.
  epmd=$(ss -ltnpH "sport = :$((rabbitmq_port + 1001))" | grep -o 'pid=[0-9]*' | head -n1 | cut -d= -f2) || true
  [[ -z $epmd ]] || kill "$epmd"
}

rabbitmq_kill() { kill_pid_of "$dir/rabbitmq/pid" "$dir/rabbitmq"; }
