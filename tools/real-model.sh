#!/bin/sh
# Trains a model that ships on every real CT of models/labels, from models/lungs-unet2d.safetensors: lungs-real, which
# eight phantoms are added to, or with RECIPE=thorax thorax. DATA is the folder with NAME.nii.gz for every folder NAME of
# models/labels. Writes FOLDER/lungs-real@2/model.safetensors or FOLDER/thorax@2/model.safetensors. Begun again it goes on
# where it was. On two cores lungs-real takes about twenty minutes, thorax half an hour.
set -eu
cd "$(dirname "$0")/.."
data=$(cd "${1:?usage: tools/real-model.sh DATA [FOLDER]}" && pwd)
folder=${2:-headline-real}
recipe=${RECIPE:-lungs-real}
pleura=${PLEURA:-.build/release/pleura}
case $recipe in
    lungs-real) model=lungs-real@2 phantoms=8 ;;
    thorax) model=thorax@2 phantoms=0 ;;
    *)
        echo "RECIPE is lungs-real or thorax, not $recipe." >&2
        exit 2
        ;;
esac
structures=$(sed -n 's/^structures = \[\(.*\)\]/\1/p' "recipes/$recipe.toml" | tr -d '" ')
mkdir -p "$folder"
PLEURA_HOME=$(cd "$folder" && pwd)/home
export PLEURA_HOME

tools/real-patients.sh "$data" "$folder"
places=$folder/patients
if [ "$phantoms" -gt 0 ]; then
    if [ ! -d "$folder/model-phantoms" ]; then
        rm -rf "$folder/model-phantoms.part"
        "$pleura" phantom "$folder/model-phantoms.part" --patients "$phantoms" --seed 2029 --matrix 256
        mv "$folder/model-phantoms.part" "$folder/model-phantoms"
    fi
    places="$places $folder/model-phantoms"
fi
dataset=$folder/$recipe-dataset
if [ ! -f "$dataset/dataset.json" ]; then
    # shellcheck disable=SC2086 # two folders
    "$pleura" dataset build $places -o "$dataset" --structures "$structures"
    "$pleura" dataset split "$dataset" --shares 100,0,0
fi
resume=
if [ -f "$folder/$model/checkpoint.safetensors" ]; then resume=--resume; fi
"$pleura" train "$dataset" --recipe "$recipe" --from models/lungs-unet2d.safetensors --out "$folder/$model" $resume
