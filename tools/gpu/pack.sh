#!/usr/bin/env bash
# Packs into .gpu/ what tools/gpu/run.sh needs on a bare x86-64 Linux machine with an NVIDIA driver, a Python and
# nothing else: Node 24, the packages that the sources and the tests import (with Dawn for this one platform), and
# Debian's Vulkan loader. The sources themselves travel as they are: Node runs TypeScript. Run `npm run setup` first,
# and have that Node 24 first on PATH. Needs xz, npm and apt-get.
set -euo pipefail
cd "$(dirname "$0")/../.."
pack=.gpu
mkdir -p "$pack/debs"

compress() { # FILE OUT: anew when FILE has changed
  [ "$2" -nt "$1" ] || { xz -T0 -6 -c "$1" > "$2.part" && mv "$2.part" "$2"; }
}

node=$(node -p 'process.execPath')
case $(node -p 'process.platform + process.arch + process.versions.node.split(".")[0]') in
  linuxx6424) ;;
  *) echo "pack: $node is not Node 24 for x86-64 Linux; put one first on PATH" >&2; exit 1 ;;
esac
compress "$node" "$pack/node.xz"

packages() {
  npm ls --omit=dev --all --parseable 2>/dev/null | sed -n "s|^$PWD/||p" | grep -v '/@webgpu/types$'
  printf 'node_modules/%s\n' fast-check pure-rand # the property tests
}
mapfile -t folders < <(packages)
find "${folders[@]}" -type f ! -name '*.d.*ts' ! -name '*.map' ! -path '*/webgpu/build/*' \
    \( ! -path '*/webgpu/dist/*' -o -path '*/webgpu/dist/linux-x64/*' \) \
    \( ! -name 'tree-sitter-*.wasm' -o -name '*-python.wasm' -o -name '*-typescript.wasm' -o -name '*-tsx.wasm' \
       -o -name '*-javascript.wasm' \) -print0 |
  sort -z | tar --create --null --no-recursion --files-from=- --owner=0 --group=0 --mtime=@0 --file="$pack/packages.tar"
if ! cmp -s "$pack/packages.tar" <(xz -dc "$pack/packages.tar.xz" 2>/dev/null); then
  xz -T0 -6 -c "$pack/packages.tar" > "$pack/packages.tar.xz"
fi
rm "$pack/packages.tar"

if ! compgen -G "$pack/debs/*.deb" > /dev/null; then
  lists=$(mktemp -d)
  trap 'rm -r "$lists"' EXIT
  mkdir "$lists/partial"
  apt=(apt-get -qq -o APT::Sandbox::User=root -o APT::Architecture=amd64 -o APT::Architectures=amd64 -o "Dir::State::Lists=$lists")
  "${apt[@]}" update
  (cd "$pack/debs" && "${apt[@]}" download libvulkan1 libegl1 libglvnd0 libopengl0 libgl1 libglx0 libgles2)
fi

# What travels is the working tree, without what git ignores, and the pack.
carried=$({ git ls-files -z --cached --others --exclude-standard; find "$pack" -type f -print0; } |
  xargs -0 stat -c %s 2>/dev/null | awk '{ sum += $1 } END { printf "%.1f", sum / 1048576 }')
du -ah "$pack" | sort -k2
echo "carried in all: $carried MiB"
