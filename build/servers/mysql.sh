# The real MySQL. Debian's stable releases carry MariaDB only, so it comes from unstable, into a folder that it is run from by chroot.
# Unstable moves: where MySQL cannot be had, the run says so in one loud line and goes on with MariaDB.
mysql_packages="mariadb-client debootstrap"

# Outside the clone, because tools that follow symbolic links (a formatter, a search) never come back from a whole Debian.
mysql_root=${SCAISEND_MYSQL_ROOT:-/var/tmp/scaisend-servers/debian-unstable}
# The instance's name inside it: all clones and all sets of servers share the installation.
mysql_name=scaisend-mysql-$mysql_port
mysql_data=/var/lib/$mysql_name
mysql_run=/run/$mysql_name

mysql_answers() { mariadb --no-defaults -uapp -papp -h127.0.0.1 -P"$mysql_port" -e 'select 1' >/dev/null 2>&1; }

mysql_start() {
  local log=$dir/mysql reason
  rm -f "$log/unavailable" "$log/reason"
  mysql_steps >"$log/reason" && return 0
  reason=$(tail -n1 "$log/reason")
  echo "!!! MySQL could not be had here (${reason:-see $log}): the storage tests run on MariaDB only" >&2
  touch "$log/unavailable"
}

# Each prints its reason when it fails.
mysql_steps() { mysql_install && mysql_create && mysql_run_server; }

mysql_install() {
  local mirror log=$dir/mysql/debootstrap.log
  mkdir -p "$(dirname "$mysql_root")" && [[ -O $(dirname "$mysql_root") ]] || { echo "$(dirname "$mysql_root") belongs to someone else" && return 1; }
  exec 7>"$mysql_root.lock"
  lock 7 mysql || { echo "another run is fetching it" && return 1; }
  [[ ! -x $mysql_root/usr/sbin/mysqld ]] || return 0
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 -E '/debian/?$') || { echo "apt knows no Debian mirror" && return 1; }
  say "mysql: fetching it from Debian unstable, about half a minute, once"
  rm -rf "$mysql_root.new"
  timeout 600 debootstrap --variant=minbase --include=mysql-server-core sid "$mysql_root.new" "$mirror" </dev/null >"$log" 2>&1 || { echo "debootstrap failed, see $log" && return 1; }
  [[ -x $mysql_root.new/usr/sbin/mysqld ]] || { echo "Debian unstable has no mysqld today" && return 1; }
  mv "$mysql_root.new" "$mysql_root"
}

mysql_create() {
  local log=$dir/mysql/install.log
  in_mysql_root sh -c "id mysql || useradd -r mysql; mkdir -p $mysql_data $mysql_run && chown mysql $mysql_data $mysql_run" >"$log" 2>&1 || { echo "its user cannot be created, see $log" && return 1; }
  [[ ! -f $mysql_root$mysql_data.complete ]] || return 0
  rm -rf "${mysql_root:?}$mysql_data" && in_mysql_root install -d -o mysql "$mysql_data"
  printf '%s\n' "create user app@'127.0.0.1' identified by 'app';" "grant all on *.* to app@'127.0.0.1' with grant option;" >"$mysql_root$mysql_run/user.sql"
  in_mysql_root mysqld $(mysql_options) --initialize-insecure --init-file="$mysql_run/user.sql" >>"$log" 2>&1 || { echo "mysqld --initialize failed, see $log" && return 1; }
  touch "$mysql_root$mysql_data.complete"
}

mysql_run_server() {
  local log=$dir/mysql/out.log
  in_background "$log" chroot "$mysql_root" mysqld $(mysql_options) --pid-file="$mysql_run/pid" --socket="$mysql_run/socket" \
    --bind-address=127.0.0.1 --port="$mysql_port" --mysqlx=OFF --max-connections=400 --innodb-flush-log-at-trx-commit=1
  until_true 60 mysql_answers || { echo "it does not answer on port $mysql_port after 60 s, see $log" && return 1; }
}

in_mysql_root() { LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$mysql_root" "$@"; }

# --secure-file-priv= because its default folder does not exist here, and mysqld aborts for that.
mysql_options() { echo "--no-defaults --user=mysql --datadir=$mysql_data --secure-file-priv="; }

mysql_stop() { terminate_pid_of "$mysql_root$mysql_run/pid" "$mysql_data"; }
mysql_kill() { kill_pid_of "$mysql_root$mysql_run/pid" "$mysql_data"; }
