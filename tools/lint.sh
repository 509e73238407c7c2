#!/bin/sh
# The house rules that swift-format does not know: short files, nothing left for later, C and C++ laid out by
# clang-format, scripts that parse and that shellcheck has nothing to say of, links that lead somewhere.
# What a checker is missing for is left out and said; `make lint` installs them first.
set -eu
cd "$(dirname "$0")/.."
found=0
complain() {
    printf '%s\n' "$*" >&2
    found=1
}

# Names with blanks do not occur among our sources.
foreign=$(find Sources Tests Benchmarks Fuzzing -type f \
    \( -name '*.c' -o -name '*.cc' -o -name '*.cpp' -o -name '*.h' -o -name '*.hpp' \))
sources="$(find Sources Tests Benchmarks Fuzzing -type f -name '*.swift') $foreign"
scripts=$(echo tools/*.sh tools/hooks/* .ci/run)

# Whether a checker is there; whoever runs this by hand may lack it.
have() {
    command -v "$1" >/dev/null 2>&1 || {
        printf '%s is not installed, so that what it checks is left out; make lint installs it.\n' "$1" >&2
        return 1
    }
}

for file in $sources; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || complain "$file: $lines lines; split it, 400 is the most"
done

# shellcheck disable=SC2086
if marks=$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $sources Makefile $scripts tools/*.py | grep -v '^tools/lint.sh:'); then
    complain "Finish these or file them as issues:
$marks"
fi

if have clang-format; then
    # shellcheck disable=SC2086
    clang-format --dry-run -Werror $foreign || complain "Lay these out with: clang-format -i FILE"
fi

for script in $scripts; do
    sh -n "$script" || complain "$script: does not parse"
    [ -x "$script" ] || complain "$script: is not executable"
done
if have shellcheck; then
    # shellcheck disable=SC2086
    shellcheck $scripts || complain "shellcheck has something to say, above"
fi

if have python3; then
    tools/check_links.py . || complain "Links lead nowhere, above"
fi

exit $found
