// Four neighbouring weights, stored as f16: 8 bytes. Unpacked by hand, so that no adapter feature is needed.
alias Weight4 = vec2<u32>;
fn decode(packed: Weight4) -> vec4f {
  return vec4f(unpack2x16float(packed.x), unpack2x16float(packed.y));
}
