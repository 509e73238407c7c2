#!/bin/sh
# Lays the real CT of DATA and the labels of models/labels out as patient folders in FOLDER/patients, for
# tools/headline-real.sh and tools/real-model.sh. Labels that differ from those FOLDER was begun with are refused: what
# was trained and measured on the old ones would stand beside the new.
set -eu
cd "$(dirname "$0")/.."
usage="usage: tools/real-patients.sh DATA FOLDER"
data=$(cd "${1:?$usage}" && pwd)
folder=${2:?$usage}

for labels in models/labels/*/; do
    name=$(basename "$labels")
    if [ ! -f "$data/$name.nii.gz" ]; then
        echo "$data/$name.nii.gz is missing." >&2
        exit 1
    fi
    patient=$folder/patients/$name
    mkdir -p "$patient"
    for mask in "$labels"*.nii.gz; do
        copy=$patient/$(basename "$mask")
        if [ -f "$copy" ] && ! cmp -s "$mask" "$copy"; then
            echo "The labels of $name have changed since $folder was begun; choose another folder." >&2
            exit 1
        fi
        cp "$mask" "$copy.part"
        mv "$copy.part" "$copy"
    done
    ln -sf "$data/$name.nii.gz" "$patient/ct.nii.gz"
    echo '{"site": "real"}' > "$patient/patient.json"
done
