#!/usr/bin/env bash
# The whole table of bench/NOTES.md in one run on a bare x86-64 Linux machine with an NVIDIA driver and a Python with PyTorch:
# our engine at the shapes of Qwen2.5-Coder, the card's own limits, PyTorch and llama.cpp. Start it as root on a machine that
# is thrown away afterwards, in a checkout that carries .gpu/ (tools/gpu/pack.sh and bench/peers/pack.sh).
#
#   OUT=FOLDER tools/gpu/compare.sh
#
# Ends within 580 seconds. OUT gets a JSON file for each, table.md, and what the tuner found.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tools/gpu/unpack.sh
out=$(realpath -m "${OUT:-.gpu/out}")
mkdir -p "$out"
unpack || exit 1

ours() { # SECONDS NAME OPTIONS...
  local seconds=$1 name=$2
  shift 2
  COPPICE_CACHE=$out timeout --kill-after=5 $((seconds + 15)) node bench/shapes.ts --limit "$seconds" \
    --out "$out/$name.json" "$@" 2>&1 | tee "$out/$name.txt"
}

rows=tree:1:1024,tree:256:1024,tree:256:4096,tree:32:4096,tree:1024:4096,tree:256:16384,prefill:1:4096,reproducible:256:1024
# Two levels against one: the same candidates, and as many as one level has room for in the same KV store (254, since each
# has a copy of its 400 tokens beside its 128 own).
rows+=,levels:1024:2400,flat:1024:2400,flat:254:2400
rows+=,copies:256:1024,none:256:1,copies:32:4096,tree:32:1024,tree:32:16384,tree:1024:1024,tree:1024:16384,tree:32:512
rows+=,tree:256:512,tree:1024:512,none:32:1,none:1024:1,copies:32:1024,copies:32:512,copies:256:512,copies:256:4096
ours "${OURS:-150}" shapes --rows "$rows"
ours 35 int4 --no-check --weights int4 --rows tree:1:1024,tree:32:4096,tree:256:4096
ours 45 7b-int4 --no-check --shape 7b --weights int4 --rows tree:1:1024
ours 50 7b --no-check --shape 7b --rows tree:256:4096,tree:1:1024
ours 30 0.5b --no-check --shape 0.5b --rows tree:1:1024,tree:256:4096
export OUT=$out
LIMIT=32 bench/peers/run.sh roofline
LIMIT=90 bench/peers/run.sh torch-1.5b
LIMIT=70 ROWS=unified:256:4096,unified:256:1024,unified:32:4096,prefill:1:4096,unified:1:1024,unified-card:256:4096,unified:256:16384 \
  bench/peers/run.sh llama-f16
node bench/shapes-table.ts "$out" | tee "$out/table.md"
