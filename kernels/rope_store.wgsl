// q = R(p) q,  K[slot] = R(p) k,  V[slot] = v, in f16, with R(p) turning each pair (i, i + d/2) by its angle
//
// y       [splits, T, pitch] f32, the product in parts: the heads of q, then k, then v      bias  [(H + 2K) d] f32
// angles  [positions, d/2] (cos, sin)      q  [K, T * G, d], the G query heads of a KV head side by side
// keys, values  [slots, K, d], one pair of buffers a layer
// One thread turns two neighbouring pairs, so that it writes whole words. Su et al., "RoFormer", 2021.

// Injected: HEADS KV_HEADS WIDTH SPLITS
const HALF = WIDTH / 2u;
const GROUP = HEADS / KV_HEADS;
struct Shape { split_stride2: u32, pitch2: u32, is_biased: u32, rows: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<vec2f>;
@group(0) @binding(2) var<storage, read> bias: array<vec2f>;
@group(0) @binding(3) var<storage, read> angles: array<vec4f>;
@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read_write> q: array<u32>;
@group(0) @binding(6) var<storage, read_write> keys: array<u32>;
@group(0) @binding(7) var<storage, read_write> values: array<u32>;

fn column2(row: u32, at: u32) -> vec2f {
  var value = vec2f();
  //# for s < SPLITS
  value += y[${s}u * shape.split_stride2 + row * shape.pitch2 + at];
  //# end
  if (shape.is_biased == 1u) { value += bias[at]; }
  return value;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x / (HALF / 2u);
  let i2 = id.x % (HALF / 2u);
  let row = id.y;
  if (head >= HEADS + 2u * KV_HEADS) { return; }
  let low = column2(row, head * HALF + i2);
  let high = column2(row, head * HALF + HALF / 2u + i2);
  if (head >= HEADS + KV_HEADS) {
    let at = (list(KEY_SLOTS, list(SLOTS, row) + moved()) * KV_HEADS + head - HEADS - KV_HEADS) * HALF + i2;
    values[at] = pack2x16float(low);
    values[at + HALF / 2u] = pack2x16float(high);
    return;
  }
  let turn = angles[(list(POSITIONS, row) + moved()) * (HALF / 2u) + i2];
  let cosine = turn.xz;
  let sine = turn.yw;
  let turned_low = pack2x16float(low * cosine - high * sine);
  let turned_high = pack2x16float(high * cosine + low * sine);
  if (head < HEADS) {
    let at = ((head / GROUP * shape.rows + row) * GROUP + head % GROUP) * HALF + i2;
    q[at] = turned_low;
    q[at + HALF / 2u] = turned_high;
  } else {
    let at = (list(KEY_SLOTS, list(SLOTS, row) + moved()) * KV_HEADS + head - HEADS) * HALF + i2;
    keys[at] = turned_low;
    keys[at + HALF / 2u] = turned_high;
  }
}
