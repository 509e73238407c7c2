#!/bin/sh
# What corrections teach: three rounds of ten cases of a site that the model has never seen; writes docs/learning.md.
# Takes hours on two cores; what was made is kept in the folder (by default learning-experiment/), so that it can be
# begun again without making the phantoms anew.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-learning-experiment}
exec .build/release/pleura rehearse "$folder" --rounds 3 --cases 10 --hold-out 8 --old-hold-out 3 \
    --markdown docs/learning.md
