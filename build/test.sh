#!/usr/bin/env bash
# Runs every test against the started servers; arguments go to the test runner (e.g. -class '*Retry*'; -? lists them).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build/sendgrid-node.sh || exit 1
build/browser.sh || exit 1
eval "$(build/servers.sh env)"

# A test that hangs is named after a minute, and the whole run ends here whatever hangs.
time_limit=34m
log=artifacts/tests.log
mkdir -p artifacts
timeout --kill-after=30s "$time_limit" \
  dotnet run --project ScaiSend.IntegrationTests --configuration Release --no-build -- -reporter verbose -longRunning 60 -noColor "$@" 2>&1 |
  tee "$log" | grep -vE '^ {4}.* \[(STARTING|FINISHED|PASS)\]' --line-buffered
result=${PIPESTATUS[0]}
[[ $result != 124 && $result != 137 ]] || printf '\nThe tests did not end within %s; these were the last lines of %s:\n%s\n' "$time_limit" "$log" "$(tail -n 30 "$log")"

failures=$(grep -E '\[FAIL\]$' "$log")
# Once more at the end, where people and machines look first.
[[ -z $failures ]] || printf '\nFailed tests (all of the log is in %s):\n%s\n' "$log" "$(grep -A 25 --no-group-separator -E '\[FAIL\]$' "$log" | grep -vE '^ {4}.* \[(STARTING|FINISHED|PASS)\]')"

# A run that ended badly without naming a failed test (a crash, no tests at all) counts as one failure.
awk -v result="$result" '
  match($0, /Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+/) {
    split(substr($0, RSTART, RLENGTH), counts, /[^0-9]+/)
    failed = counts[3] + counts[4]; skipped = counts[5]; passed = counts[2] - failed - skipped
  }
  END {
    if (passed + failed == 0) result = 1
    if (result != 0 && failed == 0) failed = 1
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
  }' "$log" >artifacts/closing-line.txt
! grep -qE '^0 passed' artifacts/closing-line.txt || exit 1
exit "$result"
