#!/bin/sh
# The house rules that swift-format does not know: short files, nothing left for later, scripts that parse.
set -eu
cd "$(dirname "$0")/.."
found=0
complain() {
    printf '%s\n' "$*" >&2
    found=1
}

sources=$(find Sources Tests Benchmarks -type f \( -name '*.swift' -o -name '*.c' -o -name '*.cpp' -o -name '*.h' \))

for file in $sources; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || complain "$file: $lines lines; split it, 400 is the most"
done

# shellcheck disable=SC2086
if marks=$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $sources Makefile tools/deps.sh tools/review.sh tools/install.sh); then
    complain "Finish these or file them as issues:
$marks"
fi

for script in tools/*.sh tools/hooks/* .ci/run; do
    sh -n "$script" || complain "$script: does not parse"
    [ -x "$script" ] || complain "$script: is not executable"
done

exit $found
