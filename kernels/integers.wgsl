// Four numbers between -127 and 127 as the i8 of a word, as quantize.wgsl has weights: the first and second in the lowest byte of
// each half, the third and fourth in the other.

const MOST_INTEGER = 127.0;

fn integers(values: vec4f) -> u32 {
  let q = vec4u(vec4i(round(values))) & vec4u(255u);
  return q.x | (q.z << 8u) | (q.y << 16u) | (q.w << 24u);
}

// What to multiply by, so that the greatest becomes 127.
fn to_integers(greatest: f32) -> f32 {
  return select(0.0, MOST_INTEGER / greatest, greatest > 0.0);
}
