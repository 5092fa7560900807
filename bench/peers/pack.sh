#!/usr/bin/env bash
# Packs llama.cpp's prebuilt libraries into .gpu/peers/ for bench/peers/run.sh: libllama, ggml, its Vulkan back end and
# its processor back ends (one is needed whatever the GPU does). Neither Node nor node-llama-cpp itself travels: Python
# calls the libraries. Needs npm and xz, and .gpu/debs of tools/gpu/pack.sh for the Vulkan loader.
set -euo pipefail
cd "$(dirname "$0")"
pack=../../.gpu/peers
libraries=node_modules/@node-llama-cpp/linux-x64-vulkan/bins/linux-x64-vulkan
mkdir -p "$pack"

npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --os=linux --cpu=x64
find "$libraries" -maxdepth 1 \( -name 'libllama.*.so' -o -name 'libggml*.so' \) -printf '%f\0' | sort -z |
  tar --create --directory="$libraries" --null --files-from=- --owner=0 --group=0 --mtime=@0 |
  xz -T0 -6 > "$pack/llama.tar.xz"

if ! compgen -G ../../.gpu/debs/*.deb > /dev/null; then
  echo 'pack: .gpu/debs is empty; run tools/gpu/pack.sh for the Vulkan loader' >&2
fi
du -h "$pack/llama.tar.xz"
