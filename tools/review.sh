#!/bin/sh
# Opens the review on $CASE or on the sample cases; without a terminal it draws the same screen to review.svg.
# --demo: in a data folder of its own, removed afterwards.
set -eu
cd "$(dirname "$0")/.."
pleura=.build/release/pleura
target=${CASE:-sample-data}

terminal=false
if [ -t 0 ] && [ -t 1 ]; then
    terminal=true
fi

if [ "${1:-}" = --demo ]; then
    PLEURA_HOME=$(mktemp -d "${TMPDIR:-/tmp}/pleura-demo.XXXXXX")
    export PLEURA_HOME
    trap 'rm -rf "$PLEURA_HOME"' EXIT
    # On these signals the program ends by itself; the shell waits for it and then removes the folder.
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if $terminal; then
        "$pleura" review "$target"
        exit
    fi
elif $terminal; then
    exec "$pleura" review "$target"
fi

# A folder of cases is drawn by its first one.
if [ -d "$target" ]; then
    for case in "$target"/*/ct.nii.gz; do
        [ -e "$case" ] || continue
        target=${case%/ct.nii.gz}
        break
    done
fi
"$pleura" render "$target" --size 200x60 --format svg -o review.svg
echo "This is not a terminal, so the review screen of $target was drawn to review.svg."
