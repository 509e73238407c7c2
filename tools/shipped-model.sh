#!/bin/sh
# Trains what models/ holds: the headline's model, then ten epochs of lungs-cpu-adapt on 18 other phantoms and three real
# series, whose masks are those of baseline-threshold (see models/README.md for who looked at them). Then measures it:
# the headline's test patients, phantoms with one disease each, and LIDC-IDRI-0001, which it was not trained on.
# DATA is a folder with the real series as the model card names them. Writes FOLDER/lungs-unet2d@1/model.safetensors and FOLDER/shipped.md.
set -eu
cd "$(dirname "$0")/.."
data=${1:?usage: tools/shipped-model.sh DATA [FOLDER]}
folder=${2:-headline}
pleura=${PLEURA:-.build/release/pleura}
tools/headline.sh "$folder"
PLEURA_HOME=$(cd "$folder" && pwd)/home
export PLEURA_HOME

if [ ! -d "$folder/adapt-patients" ]; then
    part=$folder/adapt-patients.part
    rm -rf "$part"
    "$pleura" phantom "$part" --patients 18 --seed 2027 --matrix 256
    for series in ACRIN-FLT-Breast_013_49slices LIDC-IDRI-0003_11slices; do
        mkdir "$part/$series"
        cp -r "$data/$series" "$part/$series/CT"
        "$pleura" predict "$data/$series" --model baseline-threshold -o "$part/$series/RTSTRUCT.dcm"
    done
    mkdir "$part/lung-bases"
    cp "$data/example_ct_sm.nii.gz" "$part/lung-bases/ct.nii.gz"
    "$pleura" predict "$data/example_ct_sm.nii.gz" --model baseline-threshold -o "$part/lung-bases"
    mv "$part" "$folder/adapt-patients"
fi
if [ ! -f "$folder/adapt-dataset/dataset.json" ]; then
    "$pleura" dataset build "$folder/adapt-patients" -o "$folder/adapt-dataset" --structures Lung_L,Lung_R
    "$pleura" dataset split "$folder/adapt-dataset" --shares 100,0,0
fi
# A training's folder names the model.
model=$folder/lungs-unet2d@1/model.safetensors
if [ ! -f "$model" ]; then
    resume=
    if [ -f "$folder/lungs-unet2d@1/checkpoint.safetensors" ]; then resume=--resume; fi
    "$pleura" train "$folder/adapt-dataset" --recipe lungs-cpu-adapt --from "$folder/lungs/model.safetensors" \
        --out "$folder/lungs-unet2d@1" $resume
fi

seed=3001
for disease in effusion consolidation atelectasis mass; do
    if [ ! -d "$folder/sick-$disease" ]; then
        "$pleura" phantom "$folder/sick-$disease.part" --patients 3 --seed $seed --matrix 256 --pathology $disease
        mv "$folder/sick-$disease.part" "$folder/sick-$disease"
    fi
    if [ ! -f "$folder/sick-$disease-dataset/dataset.json" ]; then
        "$pleura" dataset build "$folder/sick-$disease" -o "$folder/sick-$disease-dataset" --structures Lung_L,Lung_R
    fi
    seed=$((seed + 1))
done
{
    echo "lungs-unet2d, the headline's 12 test patients:"
    echo
    "$pleura" evaluate "$folder/dataset" --model "$model" --csv "$folder/shipped.csv" --svg "$folder/shipped.svg" \
        | sed 's/^/    /'
    for disease in effusion consolidation atelectasis mass; do
        for name in "$model" baseline-threshold; do
            echo
            echo "$(basename "${name%/model.safetensors}"), three patients with $disease:"
            echo
            "$pleura" evaluate "$folder/sick-$disease-dataset" --model "$name" --split all | sed 's/^/    /'
        done
    done
} > "$folder/shipped.md.part"
mv "$folder/shipped.md.part" "$folder/shipped.md"
cat "$folder/shipped.md"
