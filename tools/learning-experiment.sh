#!/bin/sh
# What corrections teach: three rounds of ten cases of a site that the model has never seen; writes docs/learning.md.
# Takes an hour or two on two cores, with images of half the columns; begun again in the same folder (by default
# learning-experiment/) it goes on where it was stopped.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-learning-experiment}
exec .build/release/pleura rehearse "$folder" --rounds 3 --cases 10 --hold-out 6 --old-hold-out 3 --matrix 256 \
    --slices 90 --markdown docs/learning.md
