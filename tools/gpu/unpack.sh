# Sourced at the top of a checkout that carries .gpu/ (see pack.sh), on a bare x86-64 Linux machine with an NVIDIA driver:
# `unpack` puts Node 24 on PATH, the packages into node_modules and the Vulkan loader into the system.

tools=$PWD/.gpu/unpacked
driver=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
mkdir -p "$tools"

expand() { # FILE.xz: its content
  if command -v xz > /dev/null; then xz -dc "$1"; else
    python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)' "$1"
  fi
}

unpack() {
  if [ .gpu/node.xz -nt "$tools/node" ]; then expand .gpu/node.xz > "$tools/node" && chmod +x "$tools/node"; fi
  expand .gpu/packages.tar.xz | tar --extract --no-same-owner || return 1
  export PATH=$tools:$PATH
  if [ -f "$driver" ]; then
    for package in .gpu/debs/*.deb; do dpkg -x "$package" / || return 1; done
    ldconfig
    export VK_DRIVER_FILES=$driver
  else
    echo "no NVIDIA driver at $driver: the engine takes what Vulkan finds"
  fi
}
