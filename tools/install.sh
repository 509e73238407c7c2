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
    rm -rf "$share/themes" "$share/keymaps" "$share/models" "$lib"
    # What a department has put there itself stays.
    if [ -d "$share/recipes" ]; then find "$share/recipes" -type f ! -name structures.toml -delete; fi
    for folder in "$share/recipes" "$share"; do
        [ -d "$folder" ] || continue
        rmdir "$folder" 2>/dev/null || echo "Kept in $folder: $(find "$folder" -mindepth 1 -maxdepth 1 -printf '%f ')"
    done
    echo "Removed $bin/pleura, $lib and what was installed in $share."
    exit
fi

for folder in themes keymaps models recipes; do
    [ -d "$folder" ] || continue
    # The labels that models were trained on are for whoever trains.
    find "$folder" -type f ! -name '.*' ! -path 'models/labels/*' | while IFS= read -r file; do
        install -D -m 644 "$file" "$share/$file"
    done
done
# The aliases of versions before are in the program now; a list that a department has changed stays, and goes before.
aliases=$share/recipes/structures.toml
if [ -f "$aliases" ] && echo "77bff4202ac1bee51322f9c3662163193343cf31e305f32622e77397bd28cf10  $aliases" | sha256sum -c --status; then
    rm -f "$aliases"
fi
install -D -m 644 .build/release/libPleuraTorch.so "$lib/libPleuraTorch.so"
install -D -m 755 .build/release/pleura "$bin/pleura"
echo "Installed $bin/pleura; its themes, keymaps, models and recipes are in $share."
