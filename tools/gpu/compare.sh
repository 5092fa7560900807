#!/usr/bin/env bash
# The whole table of bench/NOTES.md in one run on a bare x86-64 Linux machine with an NVIDIA driver and a Python with PyTorch:
# our engine at the shapes of Qwen2.5-Coder, the card's own limits, PyTorch and llama.cpp. Start it as root on a machine that
# is thrown away afterwards, in a checkout that carries .gpu/ (tools/gpu/pack.sh and bench/peers/pack.sh).
#
#   OUT=FOLDER tools/gpu/compare.sh
#
# Ends within 330 seconds. OUT gets a JSON file for each, table.md, and what the tuner found.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tools/gpu/unpack.sh
out=$(realpath -m "${OUT:-.gpu/out}")
mkdir -p "$out"
unpack || exit 1
rows=tree:1:1024,tree:256:1024,tree:256:4096,tree:32:4096,tree:1024:4096,tree:256:16384,prefill:1:4096,reproducible:256:1024
rows+=,copies:256:1024,none:256:1,copies:32:4096,tree:32:1024,tree:32:16384,tree:1024:1024,tree:1024:16384,tree:32:512
rows+=,tree:256:512,tree:1024:512,none:32:1,none:1024:1,copies:32:1024,copies:32:512,copies:256:512,copies:256:4096
COPPICE_CACHE=$out timeout --kill-after=5 130 node bench/shapes.ts --limit "${OURS:-112}" --rows "$rows" --out "$out/shapes.json" 2>&1 |
  tee "$out/shapes.txt"
export OUT=$out
LIMIT=32 bench/peers/run.sh roofline
LIMIT=95 bench/peers/run.sh torch-1.5b
LIMIT=80 ROWS=unified:256:4096,unified:256:1024,unified:32:4096,prefill:1:4096,unified:1:1024,unified-card:256:4096,unified:256:16384 \
  bench/peers/run.sh llama-f16
node bench/shapes-table.ts "$out" | tee "$out/table.md"
