#!/bin/sh
# The yardstick: five folds by patient over real CT. Every patient is tested once by a network that never saw them, on
# the image's own grid, beside baseline-threshold. DATA is a folder with NAME.nii.gz for every folder NAME of
# models/labels, and nodules/NAME.nii.gz where radiologists drew nodules. Writes FOLDER/headline-real.md.
# Begun again it goes on where it was; a FOLDER copied to another machine does too, where DATA has the same path.
#   RECIPE=…   another recipe than lungs-real     FOLDS=…   other folds than "1 2 3 4 5"
#   FROM=…     the model that every fold starts from, instead of models/lungs-unet2d.safetensors, which has seen phantoms
#              alone; FROM=none trains from scratch
#   SECOND=…   another recipe, whose network every fold trains from scratch as well and puts beside the first
#              (models import --second)
#   PHANTOMS=… how many phantoms every fold also trains on (none)
set -eu
cd "$(dirname "$0")/.."
data=$(cd "${1:?usage: tools/headline-real.sh DATA [FOLDER]}" && pwd)
folder=${2:-headline-real}
recipe=${RECIPE:-lungs-real}
structures=$(sed -n 's/^structures = \[\(.*\)\]/\1/p' "recipes/$recipe.toml" | tr -d '" ')
from=${FROM:-models/lungs-unet2d.safetensors}
if [ "$from" = none ]; then from=; else from="--from $(realpath "$from")"; fi
phantoms=${PHANTOMS:-0}
second=${SECOND:-}
# What is measured.
name=$recipe${second:+-with-$second}
pleura=${PLEURA:-.build/release/pleura}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
PLEURA_HOME=$folder/home
export PLEURA_HOME

tools/real-patients.sh "$data" "$folder"
places=$folder/patients
if [ "$phantoms" -gt 0 ]; then
    if [ ! -d "$folder/phantoms" ]; then
        rm -rf "$folder/phantoms.part"
        "$pleura" phantom "$folder/phantoms.part" --patients "$phantoms" --seed 2027 --matrix 256
        mv "$folder/phantoms.part" "$folder/phantoms"
    fi
    places="$places $folder/phantoms"
fi
# Recipes of other structures have datasets of their own, so that all can be measured in one FOLDER.
if [ "$structures" = Lung_L,Lung_R ]; then own=; else own=$recipe-data-; fi
build() { # DATASET PLACE…
    dataset=$1
    shift
    [ -f "$dataset/dataset.json" ] || "$pleura" dataset build "$@" -o "$dataset" --structures "$structures"
}
measure() { # DATASET PART MODEL NAME
    [ -f "$folder/$4.csv" ] && return
    "$pleura" evaluate "$1" --split "$2" --model "$3" --csv "$folder/$4.part.csv" \
        --tolerances Heart=3,Esophagus=3 --ambiguous models/labels/ambiguous.json
    mv "$folder/$4.part.csv" "$folder/$4.csv"
}

# What the threshold adds to the network is a row of its own.
alone=
if grep -q '^combine_with_threshold = true' "recipes/$recipe.toml" 2>/dev/null; then
    alone=$folder/alone.toml
    sed 's/^combine_with_threshold = true/combine_with_threshold = false/' "recipes/$recipe.toml" > "$alone"
fi

# Functions are subshells, so that their variables are their own.
train() ( # DATASET RECIPE MODEL, then what it starts from
    set=$1 learns=$2 out=$3
    shift 3
    if [ -f "$out/model.safetensors" ]; then exit; fi
    resume=
    if [ -f "$out/checkpoint.safetensors" ]; then resume=--resume; fi
    # shellcheck disable=SC2086 # none or one
    "$pleura" train "$set" --recipe "$learns" --out "$out" "$@" $resume
)
# Another file of a model: FILE, NEW FILE, then options of models import.
remade() (
    file=$1 new=$2
    shift 2
    if [ -f "$new" ]; then exit; fi
    rm -rf "$new.home"
    "$pleura" models import "$file" --name remade --home "$new.home" "$@"
    "$pleura" models export remade@1 -o "$new" --home "$new.home"
    rm -rf "$new.home"
)

build "$folder/all" "$folder/patients"
measure "$folder/all" all baseline-threshold baseline
for fold in ${FOLDS:-1 2 3 4 5}; do
    dataset=$folder/${own}fold-$fold
    # shellcheck disable=SC2086 # two folders
    build "$dataset" $places
    grep -q '"split"' "$dataset/dataset.json" ||
        "$pleura" dataset split "$dataset" --fold "$fold/5" --folds-of real --seed 1
    # shellcheck disable=SC2086 # an option and its file; a path with a blank is not taken
    train "$dataset" "$recipe" "$folder/$recipe-fold-$fold" $from
    model=$folder/$recipe-fold-$fold/model.safetensors
    if [ -n "$second" ]; then
        train "$dataset" "$second" "$folder/$second-fold-$fold"
        remade "$model" "$folder/$name-fold-$fold.safetensors" \
            --second "$folder/$second-fold-$fold/model.safetensors" --recipe "$recipe"
        model=$folder/$name-fold-$fold.safetensors
    fi
    measure "$dataset" test "$model" "$name-fold-$fold"
    if [ -n "$alone" ]; then
        remade "$model" "$folder/alone-$name-fold-$fold.safetensors" --recipe "$alone"
        measure "$dataset" test "$folder/alone-$name-fold-$fold.safetensors" "alone-$name-fold-$fold"
    fi
    for nodules in "$data"/nodules/*.nii.gz; do
        patient=$(basename "$nodules" .nii.gz)
        masks=$folder/masks/$name/$patient
        if grep -q "^$patient," "$folder/$name-fold-$fold.csv" && [ ! -d "$masks" ]; then
            "$pleura" predict "$data/$patient.nii.gz" --model "$model" -o "$masks.part"
            mv "$masks.part" "$masks"
        fi
    done
done
python3 tools/headline_real.py "$folder" "$name" "$data" > "$folder/headline-real.md.part"
mv "$folder/headline-real.md.part" "$folder/headline-real.md"
cat "$folder/headline-real.md"
