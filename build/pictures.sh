#!/usr/bin/env bash
# Takes the documents' pictures of the console anew: runs the tests that have a browser, and keeps the pictures that README.md and docs/ show.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
eval "$(build/servers.sh env)"
classes=()
for file in $(grep -rl 'Chromium chromium' ScaiSend.IntegrationTests --include='*.cs' --exclude-dir=obj); do
  classes+=(-class "*.$(basename "$file" .cs)")
done
SCAISEND_SCREENSHOTS=$folder ScaiSend.IntegrationTests/bin/Release/net10.0/ScaiSend.IntegrationTests "${classes[@]}" -noColor

for picture in $(grep -oh 'images/console-[a-z0-9-]*\.png' README.md docs/*.md | sort -u); do
  [[ -f $folder/${picture#images/} ]] || { echo "pictures: no test takes $picture" >&2 && exit 1; }
  cp "$folder/${picture#images/}" "docs/$picture"
done
