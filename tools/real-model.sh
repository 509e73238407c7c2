#!/bin/sh
# Trains a model that ships on every real CT of models/labels, from models/lungs-unet2d.safetensors: lungs-real, which
# eight phantoms are added to, or with RECIPE=thorax thorax. DATA is the folder with NAME.nii.gz for every folder NAME of
# models/labels. Writes FOLDER/lungs-real@2/model.safetensors or FOLDER/thorax@3.safetensors, which holds two networks.
# Begun again it goes on where it was. On two cores lungs-real takes about twenty minutes, thorax an hour and a quarter.
set -eu
cd "$(dirname "$0")/.."
data=$(cd "${1:?usage: tools/real-model.sh DATA [FOLDER]}" && pwd)
folder=${2:-headline-real}
recipe=${RECIPE:-lungs-real}
pleura=${PLEURA:-.build/release/pleura}
case $recipe in
    lungs-real) model=lungs-real@2 phantoms=8 ;;
    thorax) model=thorax@2 phantoms=0 second=thorax-3d ;;
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
resume() { # MODEL
    if [ -f "$folder/$1/checkpoint.safetensors" ]; then echo --resume; fi
}
if [ ! -f "$folder/$model/model.safetensors" ]; then
    # shellcheck disable=SC2046 # an option or nothing
    "$pleura" train "$dataset" --recipe "$recipe" --from models/lungs-unet2d.safetensors --out "$folder/$model" \
        $(resume "$model")
fi
[ -n "${second:-}" ] || exit 0
# Fourteen patients in nine epochs are as many steps as eleven, which the figures are of, in the recipe's twelve.
sed 's/^epochs = 12/epochs = 9/' "recipes/$second.toml" > "$folder/$second.toml"
if [ ! -f "$folder/$second@1/model.safetensors" ]; then
    # shellcheck disable=SC2046 # an option or nothing
    "$pleura" train "$dataset" --recipe "$folder/$second.toml" --out "$folder/$second@1" $(resume "$second@1")
fi
rm -rf "$folder/both"
"$pleura" models import "$folder/$model/model.safetensors" --second "$folder/$second@1/model.safetensors" \
    --recipe "$recipe" --name "$recipe" --home "$folder/both"
"$pleura" models export "$recipe@1" -o "$folder/thorax@3.safetensors" --home "$folder/both"
