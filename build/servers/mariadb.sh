mariadb_packages="mariadb-server mariadb-client"

mariadb_answers() { mariadb --no-defaults -uapp -papp -h127.0.0.1 -P"$mariadb_port" -e 'select 1' >/dev/null 2>&1; }

mariadb_start() {
  local d=$dir/mariadb
  mkdir -p "$d/run" && chown mysql:mysql "$d" "$d/run"
  [[ -f $d/complete ]] || mariadb_create || fail "mariadb cannot be had: its data folder cannot be created (see $d/install.log)" || return 1
  # Flush at every commit, because a 202 promises exactly that.
  in_background "$d/out.log" mariadbd --no-defaults --user=mysql --datadir="$d/data" --socket="$d/run/socket" --pid-file="$d/run/pid" \
    --bind-address=127.0.0.1 --port="$mariadb_port" --skip-name-resolve --character-set-server=utf8mb4 --max-connections=400 \
    --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=1G --innodb-log-file-size=512M --log-error="$d/error.log"
}

mariadb_create() {
  local d=$dir/mariadb
  rm -rf "$d/data"
  mariadb-install-db --no-defaults --user=mysql --datadir="$d/data" --auth-root-authentication-method=normal --skip-test-db >"$d/install.log" 2>&1 || return 1
  # --bootstrap takes a statement a line, and loads the grant tables only when they are flushed.
  printf '%s\n' "flush privileges;" "create user app@'127.0.0.1' identified by 'app';" "grant all on *.* to app@'127.0.0.1' with grant option;" |
    mariadbd --no-defaults --user=mysql --datadir="$d/data" --bootstrap >>"$d/install.log" 2>&1 && touch "$d/complete"
}

mariadb_stop() { terminate_pid_of "$dir/mariadb/run/pid" "$dir/mariadb"; }
mariadb_kill() { kill_pid_of "$dir/mariadb/run/pid" "$dir/mariadb"; }
