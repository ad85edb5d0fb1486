#!/usr/bin/env bash
# The servers that tests, benches and the crash run talk to: private instances on loopback, with their own ports and data folders.
#
#   build/servers.sh start|stop|kill|status [mariadb mysql rabbitmq redis s3 knot postfix exim]   (all of them when none is named)
#   build/servers.sh env                          prints what the tests read: eval "$(build/servers.sh env)"
#   build/servers.sh record NAME TTL TYPE DATA…   puts a record into the zone test., e.g. record k1._domainkey.a 60 TXT '"p=…"'
#
# Debian as root: packages, installed when missing. Elsewhere: docker compose. `kill` is kill -9, for crash tests.
# A second set beside the first: SCAISEND_SERVERS_DIR and every SCAISEND_*_PORT set to something else.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$here")
source "$here/servers/common.sh"
uses_packages || source "$here/servers/docker.sh"

action=${1:-}
shift || true
case $action in
  start | stop | kill | status) each_server "$action" "$@" ;;
  env) print_environment ;;
  record) add_record "$@" ;;
  *)
    sed -n '4,6s/^# *//p' "$0" >&2
    exit 64
    ;;
esac
