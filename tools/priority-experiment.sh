#!/bin/sh
# Does it matter which cases are corrected first? One worklist of four sites, corrected three times three cases by
# priority and at random; writes docs/priority.md. Takes half an hour on two cores; begun again it goes on where it was
# stopped.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-learning-experiment/priority}
mkdir -p "$folder/phantoms"

# Mean surface Dice of all hold-out patients, after each round and then before the first: the sites' means in the
# order of the report, each weighed by its patients.
means() {
    awk '
        /"mean"/ { gsub(",", ""); mean = $3 }
        /"patients"/ { gsub(",", ""); sum += mean * $3; count += $3 }
        /^ *\],?$/ { if (count) printf "%.4f\n", sum / count; sum = count = 0 }
    ' "$1"
}

for order in priority random; do
    mkdir -p "$folder/$order"
    [ -e "$folder/$order/phantoms" ] || ln -s ../phantoms "$folder/$order/phantoms"
    .build/release/pleura rehearse "$folder/$order" --worklist 16 --order $order --rounds 3 --cases 3 --hold-out 4 \
        --old-hold-out 1 --matrix 256 --slices 90 --epochs 3
    means "$folder/$order/report.json" >"$folder/$order.means"
done
{
    cat <<'TEXT'
# Which cases to correct first

Made by `tools/priority-experiment.sh`; the numbers are the program's own. 16 phantoms wait on a worklist, a quarter of them
of a site that the model has never seen. An oracle corrects three at a time, those that the worklist leads to by priority
(expected correction effort, predicted again after each promotion) or three drawn at random, one draw; the worker fine-tunes,
the gate decides; three epochs a job. Mean surface Dice at 2 mm of all hold-out patients (four of the new site, one of each
known one) against the exact truth, with the model in use:

| cases corrected | by priority | at random |
|---|---|---|
TEXT
    paste "$folder/priority.means" "$folder/random.means" | awk '
        { priority[NR] = $1; random[NR] = $2 }
        END {
            print "| 0 | " priority[NR] " | " random[NR] " |"
            for (i = 1; i < NR; i++) print "| " 3 * i " | " priority[i] " | " random[i] " |"
        }'
} >docs/priority.md.part
mv docs/priority.md.part docs/priority.md
cat docs/priority.md
