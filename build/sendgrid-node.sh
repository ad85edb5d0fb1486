#!/usr/bin/env bash
# Installs SendGrid's clients for Node, which the tests run, and Node itself when there is none: build/sendgrid-node.sh
# The packages and their hashes stand in ScaiSend.IntegrationTests/SendGridCompatibility/node/package-lock.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$here")
source "$here/servers/common.sh"
source "$here/servers/node.sh"

install_node_packages "$repository/ScaiSend.IntegrationTests/SendGridCompatibility/node" "$sendgrid_node"
