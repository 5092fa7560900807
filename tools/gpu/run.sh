#!/usr/bin/env bash
# What only a real GPU can tell, in one run on a bare x86-64 Linux machine with an NVIDIA driver and a Python:
# the doctor with its self-test, parity with transformers, the Sprout measurement, the kernel and tree tests. Start it
# as root on a machine that is thrown away afterwards, in a checkout that carries .gpu/ (see pack.sh).
#
#   OUT=FOLDER tools/gpu/run.sh [OPTIONS OF bench/sprout.ts]
#
# LIMIT: seconds for everything (345). OUT gets log.txt, doctor.json, sprout.json and table.md.
set -uo pipefail
cd "$(dirname "$0")/../.."
limit=${LIMIT:-345}
out=$(realpath -m "${OUT:-.gpu/out}")
mkdir -p "$out"
. tools/gpu/unpack.sh

# On standard error, so that a step's own output can go to a file.
say() { printf '\n== %s (after %s s)\n' "$*" "$SECONDS" >&2; }
left() { echo $((limit - SECONDS)); }
least() { echo $(($1 < $2 ? $1 : $2)); }

# SECONDS NAME COMMAND...: a child that is ended when its time, or the time of all, is up.
step() {
  local seconds name=$2 code=0
  seconds=$(least "$1" "$(left)")
  shift 2
  if [ "$seconds" -le 0 ]; then say "$name: no time left"; return 1; fi
  say "$name, at most $seconds s"
  timeout --kill-after=5 "$seconds" "$@" || code=$?
  say "$name: $([ $code -eq 124 ] && echo 'time was up' || echo "exit $code")"
  return "$code"
}

self_test() { # the doctor's findings on standard input
  node -e '
    const { gpu } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    for (const { kernel, ok, error } of gpu.selfTest) console.log(`${ok ? "ok" : "FAILED"} ${kernel}: error ${error}`);
    process.exit(gpu.selfTest.length > 0 && gpu.selfTest.every(({ ok }) => ok) ? 0 : 1);
  '
}

sprout() {
  local seconds
  seconds=$(least 210 $(($(left) - 15)))
  step $((seconds + 15)) 'Sprout on held-out problems' \
    node bench/sprout.ts --seconds "$seconds" --allow-unsandboxed --out "$out/sprout.json" "$@" > /dev/null
}

main() {
  say 'machine'
  nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2> /dev/null
  uname -rm
  nproc
  python3 --version
  unpack || { echo 'the pack could not be unpacked'; return 1; }
  node --version

  local failed=0
  # It also reports what has nothing to do with the GPU, such as a missing sandbox.
  step 60 'doctor' node src/cli/main.ts doctor --json > "$out/doctor.json"
  cat "$out/doctor.json"
  if grep -q '"gpu":' "$out/doctor.json" && ! grep -q '"chosen"' "$out/doctor.json"; then
    say 'no GPU adapter: nothing else would work'
    return 1
  fi
  self_test < "$out/doctor.json" || failed=1
  step 50 'parity with transformers' node --test --test-reporter=spec test/engine/golden.int.test.ts || failed=1
  sprout "$@" || failed=1
  step 150 'kernels, tree attention, sampling, decoding' node --test --test-reporter=spec \
    test/engine/fast/*.int.test.ts test/engine/attention/*.test.ts test/engine/model/kernels.int.test.ts test/engine/sample/*.test.ts \
    test/engine/decoder.int.test.ts || failed=1

  if [ -s "$out/sprout.json" ]; then
    say 'Sprout'
    node tools/sprout/results-table.mjs "$out/sprout.json" | tee "$out/table.md"
  fi
  say "$([ $failed -eq 0 ] && echo 'all is well' || echo 'something failed: see above')"
  return $failed
}

main "$@" 2>&1 | tee "$out/log.txt"
exit "${PIPESTATUS[0]}"
