// Four neighbouring weights, stored as f32: 16 bytes.
alias Weight4 = vec4<u32>;
fn decode(packed: Weight4) -> vec4f {
  return bitcast<vec4f>(packed);
}
