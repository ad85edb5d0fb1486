#!/usr/bin/env bash
# Runs one of the measured runs: build/bench.sh pipeline|accept|attachments|schedule|pacing|webhooks|stats|search|crash [options].
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The crash run kills its servers, so it has a set of its own.
if [[ ${1:-} == crash ]]; then
  export SCAISEND_SERVERS_DIR=${SCAISEND_SERVERS_DIR:-$PWD/.servers/crash} SCAISEND_MARIADB_PORT=${SCAISEND_MARIADB_PORT:-24306} \
    SCAISEND_MYSQL_PORT=${SCAISEND_MYSQL_PORT:-24308} SCAISEND_RABBITMQ_PORT=${SCAISEND_RABBITMQ_PORT:-27673} SCAISEND_REDIS_PORT=${SCAISEND_REDIS_PORT:-27379}
  build/servers.sh start mariadb rabbitmq redis
  trap 'build/servers.sh stop mariadb rabbitmq redis' EXIT
fi
eval "$(build/servers.sh env)"
dotnet run --project ScaiSend.Benchmarks --configuration Release --no-build -- "$@"
