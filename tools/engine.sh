#!/bin/sh
# engine.sh: builds the engine for the libtorch below PLEURA_LIBTORCH (the folder `torch` of a PyPI wheel, say) and puts
# it into its lib/, where `pleura` looks when PLEURA_LIBTORCH is set. The program itself need not be built again.
set -eu
cd "$(dirname "$0")/.."
root=${PLEURA_LIBTORCH:-}
if [ ! -f "$root/include/ATen/ATen.h" ] || [ ! -f "$root/lib/libtorch_cpu.so" ]; then
    echo "PLEURA_LIBTORCH is \"$root\": there has to be include/ATen/ATen.h and lib/libtorch_cpu.so below it." >&2
    exit 2
fi
root=$(cd "$root" && pwd)
for name in ${CXX:-} clang++ g++ c++; do
    if command -v "$name" >/dev/null 2>&1; then
        compiler=$name
        break
    fi
done
# libtorch.so brings CUDA's half along if there is one; nothing of it is named by us, so the linker must be told.
"${compiler:-c++}" -std="${PLEURA_CXX_STANDARD:-c++20}" -O2 -fPIC -shared -fvisibility=hidden \
    -isystem "$root/include" Sources/TorchShim/*.cpp -o "$root/lib/libPleuraTorch.so.new" \
    -L"$root/lib" -Wl,-rpath,"$root/lib" -Wl,--no-as-needed -ltorch -ltorch_cpu -lc10
mv "$root/lib/libPleuraTorch.so.new" "$root/lib/libPleuraTorch.so"
echo "Built $root/lib/libPleuraTorch.so. Run pleura with PLEURA_LIBTORCH=$root."
