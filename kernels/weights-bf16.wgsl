// Four neighbouring weights, stored as bf16: 8 bytes. A bf16 is the upper half of an f32.
alias Weight4 = vec2<u32>;
fn decode(packed: Weight4) -> vec4f {
  return bitcast<vec4f>(vec4u(packed.x << 16u, packed.x & 0xffff0000u, packed.y << 16u, packed.y & 0xffff0000u));
}
