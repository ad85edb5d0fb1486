#!/usr/bin/env bash
# Runs every test against the started servers; arguments go to the test runner (e.g. --filter-class '*Retry*').
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
eval "$(build/servers.sh env)"

log=artifacts/tests.log
mkdir -p artifacts
# The time limit is there so that a test that hangs ends as a failure with a name.
dotnet test --project ScaiSend.IntegrationTests --configuration Release --no-build --no-ansi --timeout 30m "$@" 2>&1 | tee "$log"
result=${PIPESTATUS[0]}

failures=$(grep -E '^failed ' "$log")
[[ -z $failures ]] || printf '\nFailed tests (details above, and in %s):\n%s\n' "$log" "$failures"

# A run that ended badly without naming a failed test (a crash, no tests at all) counts as one failure.
awk -v result="$result" '
  /^  succeeded:/ { passed += $2 }
  /^  failed:/ { failed += $2 }
  /^  skipped:/ { skipped += $2 }
  END {
    if (result != 0 && failed == 0) failed = 1
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
  }' "$log" >artifacts/closing-line.txt
exit "$result"
