#!/bin/sh
# Installs the built program to $DESTDIR$PREFIX/bin, its engine to lib/pleura and what it reads to share/pleura beside
# that, where it looks relative to itself. --remove takes all away again.
set -eu
cd "$(dirname "$0")/.."
bin=${DESTDIR:-}${PREFIX:-/usr/local}/bin
lib=${DESTDIR:-}${PREFIX:-/usr/local}/lib/pleura
share=${DESTDIR:-}${PREFIX:-/usr/local}/share/pleura

if [ "${1:-}" = --remove ]; then
    rm -f "$bin/pleura"
    rm -rf "$share" "$lib"
    echo "Removed $bin/pleura, $lib and $share."
    exit
fi

for folder in themes keymaps models recipes; do
    [ -d "$folder" ] || continue
    # The labels that models were trained on are for whoever trains.
    find "$folder" -type f ! -name '.*' ! -path 'models/labels/*' | while IFS= read -r file; do
        install -D -m 644 "$file" "$share/$file"
    done
done
install -D -m 644 .build/release/libPleuraTorch.so "$lib/libPleuraTorch.so"
install -D -m 755 .build/release/pleura "$bin/pleura"
echo "Installed $bin/pleura; its themes, keymaps, models and recipes are in $share."
