# Where there is no Debian root: the same servers by docker compose, on the same ports. Takes the place of each_server.
# knot and Postfix have no image of their own kind, so a Debian container runs this very script for them.

each_server() {
  local action=$1
  shift
  docker info >/dev/null 2>&1 || fail "cannot be had: this is not Debian as root, and no docker daemon answers (install and start docker, or run as root on Debian)" || exit 1
  docker compose version >/dev/null 2>&1 || fail "cannot be had: docker has no compose plugin" || exit 1
  mkdir -p "$dir/postfix/mail/all"
  local names
  names=$(containers_of ${*:-$all_servers})
  case $action in
    start) compose up --detach --wait $names || fail "cannot be had by docker compose (it says why above):" $names ;;
    stop) compose stop $names ;;
    kill) compose kill --signal KILL $names ;;
    status) compose ps $names ;;
  esac
}

containers_of() {
  local name
  for name in "$@"; do case $name in knot | postfix) echo mx-and-dns ;; *) echo "$name" ;; esac done | sort -u
}

compose() {
  export mariadb_port mysql_port rabbitmq_port redis_port knot_port postfix_port
  SERVERS_DIR=$dir SCAISEND_KEY=unused SCAISEND_MYSQL_PASSWORD=app SCAISEND_S3_SECRET=unused \
    docker compose --project-name "scaisend-tests-$mariadb_port" -f "$repository/compose.yml" -f "$here/servers/compose.yml" "$@"
}
