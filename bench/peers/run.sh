#!/usr/bin/env bash
# All peers on a bare x86-64 Linux machine with an NVIDIA driver and a Python with PyTorch and NumPy, the most telling
# rows first. Start it as root on a machine that is thrown away afterwards, in a checkout that carries .gpu/peers and
# .gpu/debs (see pack.sh).
#
#   OUT=FOLDER bench/peers/run.sh [roofline] [torch-1.5b] [torch-7b] [llama-f16] [llama-q4_0] [llama-q8_0]
#
# Without names: all but the last. LIMIT: seconds for everything (400). OUT gets NAME.json for each, and peers.txt.
# ROWS and SHAPE replace the rows and the shape of all that run.
set -uo pipefail
cd "$(dirname "$0")/../.."
limit=${LIMIT:-400}
out=$(realpath -m "${OUT:-.gpu/out}")
driver=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
libraries=$scratch/llama
mkdir -p "$out" "$libraries"
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

# Hydragen's question, at every size; the naive caches that hardly fit come last.
torch_small=none:256:0,hydragen:256:4096,naive:256:4096,none:32:0,hydragen:32:4096,naive:32:4096,none:1024:0
torch_small+=,hydragen:1024:4096,hydragen:256:1024,naive:256:1024,hydragen:32:1024,naive:32:1024,hydragen:1024:1024
torch_small+=,naive:1024:1024,prefill:1:4096,none:1:0,naive:1:1024,hydragen:1:1024,hydragen:256:16384
torch_small+=,hydragen:32:16384,naive:32:16384,hydragen:1024:16384,hydragen:256:512,naive:256:512,hydragen:32:512
torch_small+=,naive:32:512,hydragen:1024:512,naive:1024:512,prefill:1:1024,prefill:1:16384,naive:1024:4096
torch_small+=,naive:256:16384,naive:1024:16384
torch_large=none:256:0,hydragen:256:4096,naive:256:4096,hydragen:32:4096,naive:32:4096,hydragen:1024:4096,none:32:0
torch_large+=,none:1024:0,prefill:1:4096,naive:1:4096,hydragen:256:16384,hydragen:1024:16384,hydragen:32:16384
llama_most=unified:256:4096,unified:256:1024,unified:32:4096,prefill:1:4096,unified:1:1024,unified-card:256:4096
llama_most+=,split:32:4096,unified:256:16384,unified-card:32:4096,unified:32:1024,unified:256:512,split:256:1024
llama_most+=,split:256:4096,unified-card:256:16384,unified-card:256:1024
llama_few=unified:256:4096,unified:32:4096,prefill:1:4096,unified:1:1024,unified-card:256:4096

# On standard error, so that a step's own output can go to a file.
say() { printf '\n== %s (after %s s)\n' "$*" "$SECONDS" >&2; }
left() { echo $((limit - SECONDS)); }
least() { echo $(($1 < $2 ? $1 : $2)); }

# SECONDS NAME SCRIPT...: the script ends itself in time and is ended soon after that.
step() {
  local seconds name=$2 code=0
  seconds=$(least "$1" "$(($(left) - 10))")
  shift 2
  if [ "$seconds" -le 10 ]; then say "$name: no time left"; return 1; fi
  say "$name, at most $seconds s"
  timeout --kill-after=5 $((seconds + 8)) python3 "$@" --limit "$seconds" --out "$out/$name.json" > /dev/null || code=$?
  say "$name: $([ $code -eq 124 ] && echo 'time was up' || echo "exit $code")"
  return "$code"
}

unpack() {
  python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)' \
    .gpu/peers/llama.tar.xz | tar --extract --no-same-owner --directory="$libraries" || return 1
  if [ -f "$driver" ]; then
    for package in .gpu/debs/*.deb; do dpkg -x "$package" / || return 1; done
    ldconfig
    export VK_DRIVER_FILES=$driver
  else
    echo "no NVIDIA driver at $driver: llama.cpp takes what Vulkan finds"
  fi
}

decode() { # SECONDS SHAPE ROWS
  step "$1" "torch-$2" bench/peers/torch_decode.py --shape "${SHAPE:-$2}" --rows "$3"
}

llama() { # SECONDS TYPE ROWS
  local model=$scratch/$2.gguf
  wait
  [ -f "$model" ] || python3 bench/peers/random_gguf.py --shape "${SHAPE:-1.5b}" --type "$2" "$model" || return 1
  step "$1" "llama-$2" bench/peers/llama_decode.py --library "$libraries" --model "$model" --rows "$3" \
    --need-gpu "${NEED_GPU:-1}"
  local code=$?
  rm -f "$model"
  return $code
}

one() { # NAME
  case $1 in
    roofline) step 35 roofline bench/peers/roofline.py --shape "${SHAPE:-1.5b}" ;;
    torch-1.5b) decode 115 1.5b "${ROWS:-$torch_small}" ;;
    torch-7b) decode 50 7b "${ROWS:-$torch_large}" ;;
    llama-f16) llama 100 f16 "${ROWS:-$llama_most}" ;;
    llama-q4_0) llama 60 q4_0 "${ROWS:-$llama_few}" ;;
    llama-q8_0) llama 60 q8_0 "${ROWS:-$llama_few}" ;;
    *) echo "$1: no such peer" >&2; return 1 ;;
  esac
}

main() {
  say 'machine'
  nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2> /dev/null
  python3 -c 'import torch; print("torch", torch.__version__)'
  [ $# -gt 0 ] || set -- torch-1.5b roofline llama-f16 torch-7b llama-q4_0
  if [[ " $* " == *' llama-'* ]]; then unpack || echo 'llama.cpp could not be unpacked'; fi
  # Some seconds of one core, while the GPU has other work. The first peer's times start later than that takes.
  if [[ " $* " == *' llama-f16 '* ]]; then
    python3 bench/peers/random_gguf.py --shape "${SHAPE:-1.5b}" --type f16 "$scratch/part" &&
      mv "$scratch/part" "$scratch/f16.gguf" &
  fi
  local failed=0
  for name; do one "$name" || failed=1; done
  say "$([ $failed -eq 0 ] && echo 'all peers ran' || echo 'something failed: see above')"
  return $failed
}

main "$@" 2>&1 | tee "$out/peers.txt"
exit "${PIPESTATUS[0]}"
