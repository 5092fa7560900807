// q = round(w / s) with s = the greatest |w| over the greatest q: of groups of 32 neighbouring weights of a row, in f16, or of the
// whole row, in f32
//
// w    [N, K] f16, K a multiple of 64
// out  u32: N * K weights of BITS bits, then the scales, f16 [N, K / 32], then with BY_ROW the rows' own, f32 [N]. A weight is
//      q + 8 with |q| <= 7, or q + 128 with |q| <= 127. Of two neighbours the first lies in the lower half of a word and the
//      second as far into the upper half, so that one mask leaves both of them, each the lowest bits of an f16.
// One thread takes two groups at a time, so that it writes whole words of scales; a workgroup takes 64 pairs, or a row.

// Injected: BITS, and BY_ROW or BY_GROUP
const MOST = f32((1u << (BITS - 1u)) - 1u);
const WORDS = BITS;  // of one group: 32 * BITS / 32
const THREADS = 64u;

// `pairs`: of all groups, or with BY_ROW of a row; `rows`: with BY_ROW
struct Shape { pairs: u32, scales_at: u32, rows: u32, row_scales_at: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> w: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;

fn greatest(group: u32) -> f32 {
  var most = 0.0;
  for (var i = 0u; i < 8u; i++) {
    let v = w[group * 8u + i];
    let a = max(abs(unpack2x16float(v.x)), abs(unpack2x16float(v.y)));
    most = max(most, max(a.x, a.y));
  }
  return most;
}

fn put(group: u32, scale: f32) {
  let by = select(0.0, 1.0 / scale, scale > 0.0);
  for (var word = 0u; word < WORDS; word++) {
    var packed = 0u;
    // 32 / BITS weights of this word, two at a time.
    for (var i = 0u; i < 16u / BITS; i++) {
      let at = word * (16u / BITS) + i;
      let v = w[group * 8u + at / 2u];
      let pair = clamp(round(unpack2x16float(select(v.x, v.y, at % 2u == 1u)) * by), vec2f(-MOST), vec2f(MOST));
      let q = vec2u(vec2i(pair) + (1 << (BITS - 1u)));
      packed |= (q.x | (q.y << 16u)) << (BITS * i);
    }
    out[group * WORDS + word] = packed;
  }
}

fn put_pair(pair: u32, scales: vec2f) {
  put(2u * pair, scales.x);
  put(2u * pair + 1u, scales.y);
  out[shape.scales_at + pair] = pack2x16float(scales);
}
//# if BY_ROW

var<workgroup> greatest_of: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = group.y * groups.x + group.x;
  let first = row * shape.pairs;
  var most = 0.0;
  if (row < shape.rows) {
    for (var pair = first + thread; pair < first + shape.pairs; pair += THREADS) {
      most = max(most, max(greatest(2u * pair), greatest(2u * pair + 1u)));
    }
  }
  greatest_of[thread] = most;
  workgroupBarrier();
  if (row >= shape.rows) { return; }
  for (var i = 0u; i < THREADS; i++) { most = max(most, greatest_of[i]); }
  let scale = most / MOST;
  for (var pair = first + thread; pair < first + shape.pairs; pair += THREADS) { put_pair(pair, vec2f(scale)); }
  if (thread == 0u) { out[shape.row_scales_at + row] = bitcast<u32>(scale); }
}
//# end
//# if BY_GROUP

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let pair = (group.y * groups.x + group.x) * THREADS + thread;
  if (pair >= shape.pairs) { return; }
  let most = vec2f(greatest(2u * pair), greatest(2u * pair + 1u));
  // As they are stored.
  put_pair(pair, unpack2x16float(pack2x16float(most / MOST)));
}
//# end
