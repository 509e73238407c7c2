#!/bin/sh
# Trains models/lungs-real.safetensors: the recipe lungs-real on every real CT of models/labels and on eight phantoms,
# from models/lungs-unet2d.safetensors. DATA is the folder with NAME.nii.gz for every folder NAME of models/labels.
# Writes FOLDER/lungs-real@2/model.safetensors. Begun again it goes on where it was. About twenty minutes on two cores.
set -eu
cd "$(dirname "$0")/.."
data=$(cd "${1:?usage: tools/real-model.sh DATA [FOLDER]}" && pwd)
folder=${2:-headline-real}
pleura=${PLEURA:-.build/release/pleura}
mkdir -p "$folder"
PLEURA_HOME=$(cd "$folder" && pwd)/home
export PLEURA_HOME

tools/real-patients.sh "$data" "$folder"
if [ ! -d "$folder/model-phantoms" ]; then
    rm -rf "$folder/model-phantoms.part"
    "$pleura" phantom "$folder/model-phantoms.part" --patients 8 --seed 2029 --matrix 256
    mv "$folder/model-phantoms.part" "$folder/model-phantoms"
fi
if [ ! -f "$folder/model-dataset/dataset.json" ]; then
    "$pleura" dataset build "$folder/patients" "$folder/model-phantoms" -o "$folder/model-dataset" \
        --structures Lung_L,Lung_R
    "$pleura" dataset split "$folder/model-dataset" --shares 100,0,0
fi
resume=
if [ -f "$folder/lungs-real@2/checkpoint.safetensors" ]; then resume=--resume; fi
"$pleura" train "$folder/model-dataset" --recipe lungs-real --from models/lungs-unet2d.safetensors \
    --out "$folder/lungs-real@2" $resume
