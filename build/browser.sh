#!/usr/bin/env bash
# The browser that tests of the console use: Debian's Chromium, installed when missing and we are root on Debian. Elsewhere name one in SCAISEND_TEST_CHROMIUM.
set -euo pipefail

chromium=${SCAISEND_TEST_CHROMIUM:-/usr/bin/chromium}
[[ ! -x $chromium ]] || exit 0
if [[ $chromium == /usr/bin/chromium && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
  apt-get install -y --no-install-recommends chromium >/dev/null 2>&1 || { apt-get update >/dev/null 2>&1 && apt-get install -y --no-install-recommends chromium >/dev/null; }
fi
[[ -x $chromium ]] || {
  echo "There is no Chromium at $chromium, which tests of the console need: install Debian's package chromium, or name another one in SCAISEND_TEST_CHROMIUM" >&2
  exit 1
}
