#!/usr/bin/env bash
# with-gpu.sh SECONDS COMMAND...: runs a command with Node 24, the packages and Vulkan in place; see unpack.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/gpu/unpack.sh
unpack
exec timeout --kill-after=5 "$@"
