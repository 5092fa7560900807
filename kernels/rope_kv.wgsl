// q' = R(p) q,  K[slot] = R(p) k,  V[slot] = v,  with R(p) turning each pair (i, i + d/2) by its angle
//
// qkv     [T, (H + 2K) d] f32, the heads of q, then k, then v      angles  [T, d/2] (cos, sin) of each row's position
// slots   [T] where in the KV store each row's token lives         q       [T, H, d] f32
// keys, values  [slots, K, d] f32, one pair of buffers a layer
// One thread turns one pair of one head, or copies one pair of v. Su et al., "RoFormer", 2021; the halves are paired
// as in the Llama and Qwen2 checkpoints.

// Injected: HEADS (H), KV_HEADS (K), HALF (d/2).
const WIDTH = (HEADS + 2u * KV_HEADS) * HALF * 2u;
struct Shape { rows: u32 }
var<immediate> shape: Shape;
@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(1) var<storage, read> angles: array<vec2f>;
@group(0) @binding(2) var<storage, read> slots: array<u32>;
@group(0) @binding(3) var<storage, read_write> q: array<f32>;
@group(0) @binding(4) var<storage, read_write> keys: array<f32>;
@group(0) @binding(5) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x / HALF;
  let i = id.x % HALF;
  let row = id.y;
  if (head >= HEADS + 2u * KV_HEADS) { return; }
  let source = row * WIDTH + head * HALF * 2u + i;
  let low = qkv[source];
  let high = qkv[source + HALF];
  let angle = angles[row * HALF + i];
  let turned = vec2f(low * angle.x - high * angle.y, high * angle.x + low * angle.y);
  if (head < HEADS) {
    let at = (row * HEADS + head) * HALF * 2u + i;
    q[at] = turned.x;
    q[at + HALF] = turned.y;
  } else if (head < HEADS + KV_HEADS) {
    let at = (slots[row] * KV_HEADS + head - HEADS) * HALF * 2u + i;
    keys[at] = turned.x;
    keys[at + HALF] = turned.y;
  } else {
    let at = (slots[row] * KV_HEADS + head - HEADS - KV_HEADS) * HALF * 2u + i;
    values[at] = low;
    values[at + HALF] = high;
  }
}
