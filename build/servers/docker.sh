# Where there is no Debian root: the same servers by docker compose, on the same ports. Takes the place of each_server and add_record.
# knot, Postfix and Exim run in one Debian container, by this very script.

s3_credentials=GK$(printf %032d 0):$(printf %064d 0)

each_server() {
  local action=$1 names
  shift
  docker info >/dev/null 2>&1 || fail "cannot be had: this is not Debian as root, and no docker daemon answers (start docker, or run as root on Debian)" || exit 1
  docker compose version >/dev/null 2>&1 || fail "cannot be had: docker has no compose plugin" || exit 1
  mkdir -p "$dir/postfix/mail" "$dir/exim/mail"
  names=$(containers_of ${*:-$all_servers})
  case $action in
    start) compose up --detach --wait $names || fail "cannot be had by docker compose (it says why above):" $names ;;
    stop) compose stop $names ;;
    kill) compose kill --signal KILL $names ;;
    status) compose ps $names ;;
  esac
}

add_record() { compose exec mx-and-dns build/servers.sh record "$@"; }

containers_of() {
  local name
  for name in "$@"; do case $name in knot | postfix | exim) echo mx-and-dns ;; *) echo "$name" ;; esac done | sort -u
}

# The passwords that compose.yml asks for are never used by tests, which have users of their own; but for those of S3.
compose() {
  local user
  user=$(id -u)
  ((user > 0)) || user=$(id -u nobody)
  SERVERS_DIR=$dir MAIL_UID=$user MARIADB_PORT=$mariadb_port MYSQL_PORT=$mysql_port RABBITMQ_PORT=$rabbitmq_port REDIS_PORT=$redis_port \
    KNOT_PORT=$knot_port POSTFIX_PORT=$postfix_port EXIM_PORT=$exim_port MYSQL_PASSWORD=unused RABBITMQ_PASSWORD=unused SECRETS_KEY=unused S3_PORT=$s3_port S3_ACCESS_KEY=${s3_credentials%:*} S3_SECRET_KEY=${s3_credentials#*:} \
    docker compose --project-name "scaisend-tests-$mariadb_port" -f "$repository/compose.yml" -f "$here/servers/compose.yml" "$@"
}
