#!/usr/bin/env bash
# All of Sprout's training on a machine with a GPU and torch, tokenizers, transformers, safetensors, numpy.
#
#   bash tools/sprout/run_on_gpu.sh smoke            one short run of every part, under 3 minutes
#   bash tools/sprout/run_on_gpu.sh train 9 18       9 minutes in this call, 18 in all; call again to go on
#
# Results go to $OUT: sprout/ (the Hugging Face folder), train.jsonl, real_sources.json, log.txt.
set -euo pipefail
mode=${1:?smoke or train}
here=$(cd "$(dirname "$0")" && pwd)
work=${SPROUT_WORK:-/tmp/sprout}
export OUT=${OUT:-$work/out}
export PYTHONUNBUFFERED=1 TOKENIZERS_PARALLELISM=false PYTHONPATH="$here"
SECONDS=0
[ "$mode" = smoke ] && work=$work-smoke && rm -rf "$work"
mkdir -p "$work" "$OUT"
exec > >(tee -a "$OUT/log.txt") 2>&1

if [ ! -f "$work/real.json" ]; then
  timeout 90 python3 "$here/real_sources.py" "$work/real.json" "$work/real_sources.json" || echo '[]' > "$work/real.json"
  echo "real sources after $SECONDS s"
fi
cp -f "$work/real_sources.json" "$OUT/" 2>/dev/null || true
if [ ! -f "$work/tokenizer/tokenizer.json" ]; then
  if [ -n "${SPROUT_INIT:-}" ]; then  # the checkpoint is lost: the exported model brings its tokenizer
    mkdir -p "$work/tokenizer" && cp "$SPROUT_INIT"/tokenizer*.json "$work/tokenizer/"
  else
    [ "$mode" = smoke ] && documents=15000 || documents=60000
    python3 "$here/train_tokenizer.py" "$work/tokenizer" "$work/real.json" $documents
  fi
  echo "tokenizer after $SECONDS s"
fi

if [ "$mode" = smoke ]; then
  python3 "$here/train.py" --work "$work" --out "$OUT" --minutes 2.4 --total-minutes 2.4 --spent $SECONDS --smoke
else
  python3 "$here/train.py" --work "$work" --out "$OUT" --minutes "${2:-9}" --total-minutes "${3:-18}" --spent $SECONDS \
    ${SPROUT_INIT:+--init "$SPROUT_INIT" --init-minutes "${SPROUT_INIT_MINUTES:-9}"} ${SPROUT_ARGS:-}
fi
echo "trained after $SECONDS s"
CUDA_VISIBLE_DEVICES= timeout 60 python3 "$here/export.py" "$OUT/sprout" || echo "the export check FAILED"
echo "done after $SECONDS s"
