#!/usr/bin/env bash
# The one command:
#   ./build.sh [test] [options of the test runner]   servers, build, format check, every test on both stacks
#   ./build.sh check                                 build (warnings are errors) and format check
#   ./build.sh format                                formats the code
#   ./build.sh bench pipeline|accept|attachments|schedule|webhooks   the measured runs
#   ./build.sh crash [--rounds N]                    kills roles, database and broker under load, and counts what was lost
#   ./build.sh servers start|stop|status [names]     the servers that tests and benches use
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 CAKE_SETTINGS_SHOWPROCESSCOMMANDLINE=false

if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  echo "The .NET SDK 10 is missing: install it (https://dotnet.microsoft.com/download/dotnet/10.0, or your distribution's dotnet-sdk-10.0) and put dotnet on PATH." >&2
  exit 1
fi

target=${1:-test}
if [[ $target == -* ]]; then target=test; else shift || true; fi

# Cake reports its tasks at the end; the line that counts the tests comes after that, so build/test.sh leaves it in a file.
closing_line=artifacts/closing-line.txt
mkdir -p artifacts && rm -f "$closing_line"
result=0
dotnet tool restore --verbosity quiet && ARGUMENTS="$(printf '%s\n' "$@")" dotnet cake build.cake --target="$target" --verbosity=normal || result=$?
if [[ $target == test ]]; then
  # No tests ran: a server, the build or the format failed, and said why above.
  [[ -s $closing_line ]] && cat "$closing_line" || echo "0 passed, 1 failed, 0 skipped"
fi
exit $result
