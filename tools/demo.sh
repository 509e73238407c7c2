#!/bin/sh
# The whole loop without a terminal, in a folder of its own: phantoms of a site that the model does not know, predictions,
# corrections by an oracle, the queue, fine-tuning, the gate, promotion, replay, roll back. Leaves demo/report.html.
# DEMO_ARGS go to `pleura rehearse`.
set -eu
cd "$(dirname "$0")/.."
rm -rf demo
# Images of half the columns and slices of 5 mm, few cases and three epochs, so that it takes minutes on two cores.
# shellcheck disable=SC2086
exec .build/release/pleura rehearse demo --cases 3 --hold-out 4 --old-hold-out 1 --matrix 256 --slices 64 --epochs 3 \
    --roll-back ${DEMO_ARGS:-}
