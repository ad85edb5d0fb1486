redis_packages="redis-server"

redis_answers() { [[ $(timeout 5 redis-cli -p "$redis_port" ping 2>/dev/null) == PONG ]]; }

# Nothing but counters and caches lives in Redis, so it keeps nothing on disk.
redis_start() {
  in_background "$dir/redis/out.log" redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$dir/redis" --pidfile "$dir/redis/pid" --save '' --appendonly no
}

# redis-server rewrites its command line to its address.
redis_stop() { terminate_pid_of "$dir/redis/pid" "127.0.0.1:$redis_port"; }
redis_kill() { kill_pid_of "$dir/redis/pid" "127.0.0.1:$redis_port"; }
