#!/bin/sh
# The headline: 60 phantom patients of three sites, split 42/6/12, the recipe lungs-cpu from scratch for its 20 epochs,
# and the 12 test patients measured with the model and with baseline-threshold. Writes FOLDER/headline.md.
# Begun again it goes on where it was: phantoms are kept, and training resumes.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-headline}
pleura=${PLEURA:-.build/release/pleura}
mkdir -p "$folder"
PLEURA_HOME=$(cd "$folder" && pwd)/home
export PLEURA_HOME

if [ ! -d "$folder/phantoms" ]; then
    rm -rf "$folder/phantoms.part"
    "$pleura" phantom "$folder/phantoms.part" --patients 60 --seed 2026 --matrix 256
    mv "$folder/phantoms.part" "$folder/phantoms"
fi
if [ ! -f "$folder/dataset/dataset.json" ]; then
    "$pleura" dataset build "$folder/phantoms" -o "$folder/dataset" --structures Lung_L,Lung_R
    "$pleura" dataset split "$folder/dataset"
fi
if [ ! -f "$folder/lungs/model.safetensors" ]; then
    resume=
    if [ -f "$folder/lungs/checkpoint.safetensors" ]; then resume=--resume; fi
    "$pleura" train "$folder/dataset" --recipe lungs-cpu --out "$folder/lungs" $resume
fi
{
    echo "lungs-cpu, trained from scratch on 42 phantoms; the 12 test patients:"
    echo
    "$pleura" evaluate "$folder/dataset" --model "$folder/lungs/model.safetensors" \
        --csv "$folder/headline.csv" --svg "$folder/headline.svg" | sed 's/^/    /'
    echo
    echo "baseline-threshold, the same patients:"
    echo
    "$pleura" evaluate "$folder/dataset" --model baseline-threshold --csv "$folder/baseline.csv" | sed 's/^/    /'
} > "$folder/headline.md.part"
mv "$folder/headline.md.part" "$folder/headline.md"
cat "$folder/headline.md"
