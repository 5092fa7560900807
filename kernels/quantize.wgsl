// q = round(w / s) for groups of 32 neighbouring weights of a row, s = the greatest |w| of the group over the greatest q, in f16
//
// w    [N, K] f16, K a multiple of 64
// out  u32: N * K weights of BITS bits, then the scales, f16 [N, K / 32]. A weight is q + 8 with |q| <= 7, or q + 128 with
//      |q| <= 127. Of two neighbours the first lies in the lower half of a word and the second as far into the upper half, so
//      that one mask leaves both of them, each the lowest bits of an f16.
// One thread takes two groups, so that it writes whole words of scales.

// Injected: BITS
const MOST = f32((1u << (BITS - 1u)) - 1u);
const WORDS = BITS;  // of one group: 32 * BITS / 32

struct Shape { pairs: u32, scales_at: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> w: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;

// Quantises group `index`, writes it and returns its scale as stored.
fn quantized(index: u32) -> f32 {
  var most = 0.0;
  for (var i = 0u; i < 8u; i++) {
    let v = w[index * 8u + i];
    let a = max(abs(unpack2x16float(v.x)), abs(unpack2x16float(v.y)));
    most = max(most, max(a.x, a.y));
  }
  let scale = unpack2x16float(pack2x16float(vec2f(most / MOST, 0.0))).x;
  let by = select(0.0, 1.0 / scale, scale > 0.0);
  for (var word = 0u; word < WORDS; word++) {
    var packed = 0u;
    // 32 / BITS weights of this word, two at a time.
    for (var i = 0u; i < 16u / BITS; i++) {
      let at = word * (16u / BITS) + i;
      let v = w[index * 8u + at / 2u];
      let pair = clamp(round(unpack2x16float(select(v.x, v.y, at % 2u == 1u)) * by), vec2f(-MOST), vec2f(MOST));
      let q = vec2u(vec2i(pair) + (1 << (BITS - 1u)));
      packed |= (q.x | (q.y << 16u)) << (BITS * i);
    }
    out[index * WORDS + word] = packed;
  }
  return scale;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let pair = (group.y * groups.x + group.x) * 64u + thread;
  if (pair >= shape.pairs) { return; }
  let first = quantized(2u * pair);
  let second = quantized(2u * pair + 1u);
  out[shape.scales_at + pair] = pack2x16float(vec2f(first, second));
}
