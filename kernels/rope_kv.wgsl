// q' = R(p) q,  K[slot] = R(p) k,  V[slot] = v,  with R(p) turning each pair (i, i + d/2) by its angle
//
// qkv     [T, (H + 2K) d] f32, the heads of q, then k, then v      angles  [T, d/2] (cos, sin) of each row's position
// slots   [T] where in the KV store each row's token lives         q       [T, H, d] f32
// keys, values  [slots, K, d] f32, one pair of buffers a layer
// With NORMED each head of q and of k first becomes g x / sqrt(mean(x^2) + epsilon), as in Qwen3 (2505.09388, section 2);
// gains   g [(H + 2K) d + 2d] f32, behind the bias those of q, then of k
// One workgroup takes one head of one row; each of its threads has every THREADS-th pair. Su et al., "RoFormer", 2021; the
// halves are paired as in the checkpoints of transformers.

// Injected: HEADS (H), KV_HEADS (K), HALF (d/2), THREADS, and NORMED with EPSILON.
const WIDTH = (HEADS + 2u * KV_HEADS) * HALF * 2u;
@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(1) var<storage, read> angles: array<vec2f>;
@group(0) @binding(2) var<storage, read> slots: array<u32>;
@group(0) @binding(3) var<storage, read_write> q: array<f32>;
@group(0) @binding(4) var<storage, read_write> keys: array<f32>;
@group(0) @binding(5) var<storage, read_write> values: array<f32>;
//# if NORMED
@group(0) @binding(6) var<storage, read> gains: array<f32>;
var<workgroup> partial: array<f32, THREADS>;
//# end

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = group.x;
  let row = group.y;
  let source = row * WIDTH + head * HALF * 2u;
  //# if NORMED
  var squares = 0.0;
  for (var i = lane; i < HALF; i += THREADS) {
    let pair = vec2f(qkv[source + i], qkv[source + HALF + i]);
    squares += dot(pair, pair);
  }
  partial[lane] = squares;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < THREADS; i++) { total += partial[i]; }
  let scale = inverseSqrt(total / f32(2u * HALF) + EPSILON);
  let gain = WIDTH + select(0u, 2u * HALF, head >= HEADS);
  //# end
  for (var i = lane; i < HALF; i += THREADS) {
    var pair = vec2f(qkv[source + i], qkv[source + HALF + i]);
    if (head >= HEADS + KV_HEADS) {
      let at = (slots[row] * KV_HEADS + head - HEADS - KV_HEADS) * HALF * 2u + i;
      values[at] = pair.x;
      values[at + HALF] = pair.y;
      continue;
    }
    //# if NORMED
    pair *= scale * vec2f(gains[gain + i], gains[gain + HALF + i]);
    //# end
    let angle = angles[row * HALF + i];
    let turned = vec2f(pair.x * angle.x - pair.y * angle.y, pair.y * angle.x + pair.x * angle.y);
    if (head < HEADS) {
      let at = (row * HEADS + head) * HALF * 2u + i;
      q[at] = turned.x;
      q[at + HALF] = turned.y;
    } else {
      let at = (slots[row] * KV_HEADS + head - HEADS) * HALF * 2u + i;
      keys[at] = turned.x;
      keys[at + HALF] = turned.y;
    }
  }
}
