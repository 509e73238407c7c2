#!/bin/sh
# Builds the fuzzing harnesses (libFuzzer and AddressSanitizer of Swift's own clang) below .build-fuzz and runs them.
#   tools/fuzz.sh                     builds, and says how to run
#   tools/fuzz.sh run [SECONDS] [NAME…]   runs each harness (or the named ones) for so long; corpora in .build-fuzz/corpus
set -eu
cd "$(dirname "$0")/.."
build=.build-fuzz
names="dicom rtstruct seg nifti nrrd metaimage safetensors toml keymap journal"
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
library=$(ls "$resources"/clang/lib/linux/libclang_rt.fuzzer_no_main-*.a 2>/dev/null | head -n 1)
if [ -z "$library" ]; then
    echo "Swift's toolchain at $resources has no libclang_rt.fuzzer_no_main: install Swift from swift.org." >&2
    exit 1
fi
swift build -c release --scratch-path "$build" --product pleura-fuzz --sanitize=address \
    -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp \
    -Xcc -fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp \
    -Xlinker -u -Xlinker LLVMFuzzerRunDriver -Xlinker "$library" -Xlinker -lstdc++
program=$build/release/pleura-fuzz
if [ "${1:-}" != run ]; then
    echo "$program NAME CORPUS… runs one of: $names" >&2
    exit 0
fi
shift
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ -d "$build/seeds" ] || python3 tools/fuzz_seeds.py "$build/seeds"
for name in ${*:-$names}; do
    mkdir -p "$build/corpus/$name" "$build/found"
    # A hang is more than two seconds here: AddressSanitizer halves the speed.
    ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 "$program" "$name" -max_total_time="$seconds" -timeout=2 \
        -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 -artifact_prefix="$build/found/$name-" \
        "$build/corpus/$name" "$build/seeds/$name" >"$build/$name.log" 2>&1 || echo "$name: see $build/$name.log"
    sed -n "s/^stat::number_of_executed_units: */$name executions: /p;s/^Done .* in \(.*\) second.*/$name seconds: \1/p" "$build/$name.log"
done
