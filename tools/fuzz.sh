#!/bin/sh
# Builds the fuzzing harnesses (libFuzzer and AddressSanitizer of Swift's own clang) below .build-fuzz and runs them.
#   tools/fuzz.sh                     builds, and says how to run
#   tools/fuzz.sh run [SECONDS] [NAME…]   runs each harness (or the named ones) for so long; corpora in .build-fuzz/corpus
#   tools/fuzz.sh runs [COUNT] [NAME…]    the same for so many executions, a million if nothing is said
set -eu
cd "$(dirname "$0")/.."
build=.build-fuzz
names="dicom rtstruct seg rtdose nifti nrrd metaimage safetensors toml keymap journal"
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
for library in "$resources"/clang/lib/linux/libclang_rt.fuzzer_no_main-*.a; do break; done
if [ ! -e "$library" ]; then
    echo "Swift's toolchain at $resources has no libclang_rt.fuzzer_no_main: install Swift from swift.org." >&2
    exit 1
fi
swift build -c release --scratch-path "$build" --product pleura-fuzz --sanitize=address \
    -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp \
    -Xcc -fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp \
    -Xlinker -u -Xlinker LLVMFuzzerRunDriver -Xlinker "$library" -Xlinker -lstdc++
program=$build/release/pleura-fuzz
case "${1:-}" in
    run) limit="-max_total_time=${2:-60}" ;;
    runs) limit='' count=${2:-1000000} ;;
    *)
        echo "$program NAME CORPUS… runs one of: $names" >&2
        exit 0
        ;;
esac
shift
[ $# -gt 0 ] && shift

# Inputs are as small as they can be and still hold everything that a header may say: one of 64 KiB takes the time of many.
most() {
    case $1 in
        toml | nifti | nrrd | metaimage) echo 2048 ;;
        keymap) echo 2500 ;;
        journal | safetensors) echo 4096 ;;
        *) echo 8192 ;;
    esac
}

# The clock on the wall is no limit on a busy machine; the program itself ends an input that takes a second of the processor.
fuzz() {
    ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:malloc_context_size=4:quarantine_size_mb=16 "$program" "$@" \
        -timeout=30 -rss_limit_mb=1024 -max_len="$(most "$1")" -print_final_stats=1 \
        -artifact_prefix="$build/found/$1-" "$build/corpus/$1" "$build/seeds/$1" >"$build/$1.log" 2>&1
}

# The tests' Python has pydicom, by which real DICOM files are cut small.
python=.venv-oracles/venv/bin/python
[ -x "$python" ] || python=python3
[ -d "$build/seeds" ] || "$python" tools/fuzz_seeds.py "$build/seeds"
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $names
for name; do
    mkdir -p "$build/corpus/$name" "$build/found"
    total=0
    while :; do
        # TOMLKit frees no table, so that a process that parses hundreds of thousands runs out of the gigabyte it may have.
        [ -n "$limit" ] || step=$((count - total > 60000 ? 60000 : count - total))
        fuzz "$name" "${limit:--runs=$step}" || {
            echo "$name: see $build/$name.log"
            break
        }
        total=$((total + $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")))
        if [ -n "$limit" ] || [ "$total" -ge "$count" ]; then break; fi
    done
    echo "$name executions: $total"
done
