#!/bin/sh
# Trains the recipe refine by folds of patients over real CT and measures it on those that it never saw: prompts against
# the graph cut and region growing, and corrections carried on against copying and interpolation. DATA is as for
# tools/headline-real.sh; radiologists' nodules are learnt as GTV. Writes FOLDER/refine.md. Begun again it goes on where it
# was.
#   RECIPE=…  another recipe than refine, by name or as a .toml file     EPOCHS=…  another number of epochs than its own
#   FROM=…    the model to begin with, instead of nothing
#   FOLDS=…   other folds than "1 2 3 4 5"; "all" trains on everybody and measures nobody, for the model that ships
set -eu
cd "$(dirname "$0")/.."
data=$(cd "${1:?usage: tools/refine-real.sh DATA [FOLDER]}" && pwd)
folder=${2:-refine-real}
pleura=${PLEURA:-.build/release/pleura}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
PLEURA_HOME=$folder/home
export PLEURA_HOME
recipe=${RECIPE:-refine}
file=$recipe
if [ -f "recipes/$recipe.toml" ]; then file=recipes/$recipe.toml; fi
structures=$(sed -n 's/^structures = \[\(.*\)\]/\1/p' "$file" | tr -d '" ')

tools/real-patients.sh "$data" "$folder"
for nodules in "$data"/nodules/*.nii.gz; do
    patient=$folder/patients/$(basename "$nodules" .nii.gz)
    if [ -d "$patient" ] && [ ! -f "$patient/GTV.nii.gz" ]; then
        cp "$nodules" "$patient/GTV.part"
        mv "$patient/GTV.part" "$patient/GTV.nii.gz"
    fi
done
for fold in ${FOLDS:-1 2 3 4 5}; do
    dataset=$folder/fold-$fold
    if [ ! -f "$dataset/dataset.json" ]; then
        "$pleura" dataset build "$folder/patients" -o "$dataset" --structures "$structures" --partial
    fi
    if ! grep -q '"split"' "$dataset/dataset.json"; then
        if [ "$fold" = all ]; then
            "$pleura" dataset split "$dataset" --shares 100,0,0
        else
            "$pleura" dataset split "$dataset" --fold "$fold/5" --folds-of real --seed 1
        fi
    fi
    model=$folder/refine-fold-$fold
    # The model's name is its folder's.
    if [ "$fold" = all ]; then model=$folder/refine@2; fi
    if [ ! -f "$model/model.safetensors" ]; then
        resume=
        if [ -f "$model/checkpoint.safetensors" ]; then resume=--resume; fi
        # shellcheck disable=SC2086 # none or some
        "$pleura" train "$dataset" --recipe "$recipe" --out "$model" ${FROM:+--from "$FROM"} ${EPOCHS:+--epochs "$EPOCHS"} \
            $resume
    fi
    if [ "$fold" != all ] && [ ! -f "$folder/fold-$fold.json" ]; then
        "$pleura" evaluate "$dataset" --split test --model "$model/model.safetensors" --json \
            > "$folder/fold-$fold.json.part"
        mv "$folder/fold-$fold.json.part" "$folder/fold-$fold.json"
    fi
done
python3 tools/refine_real.py "$folder" > "$folder/refine.md.part"
mv "$folder/refine.md.part" "$folder/refine.md"
cat "$folder/refine.md"
