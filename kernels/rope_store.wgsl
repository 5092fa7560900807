// q = R(p) q,  K[slot] = R(p) k,  V[slot] = v, in f16, with R(p) turning each pair (i, i + d/2) by its angle
//
// y       [splits, T, pitch] f32, the product in parts: the heads of q, then k, then v      bias  [(H + 2K) d] f32
// angles  [positions, d/2] (cos, sin)      q  [K, T * G, d], the G query heads of a KV head side by side
// keys, values  [slots, K, d], one pair of buffers a layer
// With NORMED each head of q and of k first passes through an RMS norm, whose gains, of q, then of k, stand behind the bias:
// see rope_kv.wgsl.
// One thread turns two neighbouring pairs, so that it writes whole words; a head lies within one workgroup. Su et al.,
// "RoFormer", 2021.

// Injected: HEADS KV_HEADS WIDTH SPLITS, and NORMED with EPSILON
const THREADS = 64u;
const HALF = WIDTH / 2u;
const EACH = HALF / 2u;  // threads of a head
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

//# if NORMED
var<workgroup> squares: array<f32, THREADS>;
//# end

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) thread: u32) {
  let head = min(id.x / EACH, HEADS + 2u * KV_HEADS - 1u);
  let i2 = id.x % EACH;
  let row = id.y;
  var low = column2(row, head * HALF + i2);
  var high = column2(row, head * HALF + EACH + i2);
  //# if NORMED
  squares[thread] = dot(low, low) + dot(high, high);
  workgroupBarrier();
  if (head < HEADS + KV_HEADS) {
    var total = 0.0;
    for (var other = 0u; other < EACH; other++) { total += squares[thread - i2 + other]; }
    let scale = inverseSqrt(total / f32(WIDTH) + EPSILON);
    let gain = (HEADS + 2u * KV_HEADS) * HALF + select(0u, HALF, head >= HEADS) + i2;
    low *= scale * bias[gain];
    high *= scale * bias[gain + EACH];
  }
  //# end
  if (id.x >= (HEADS + 2u * KV_HEADS) * EACH) { return; }
  if (head >= HEADS + KV_HEADS) {
    let at = (list(KEY_SLOTS, list(SLOTS, row) + moved()) * KV_HEADS + head - HEADS - KV_HEADS) * HALF + i2;
    values[at] = pack2x16float(low);
    values[at + EACH] = pack2x16float(high);
    return;
  }
  let turn = angles[(list(POSITIONS, row) + moved()) * EACH + i2];
  let cosine = turn.xz;
  let sine = turn.yw;
  let turned_low = pack2x16float(low * cosine - high * sine);
  let turned_high = pack2x16float(high * cosine + low * sine);
  if (head < HEADS) {
    let at = ((head / GROUP * shape.rows + row) * GROUP + head % GROUP) * HALF + i2;
    q[at] = turned_low;
    q[at + EACH] = turned_high;
  } else {
    let at = (list(KEY_SLOTS, list(SLOTS, row) + moved()) * KV_HEADS + head - HEADS) * HALF + i2;
    keys[at] = turned_low;
    keys[at + EACH] = turned_high;
  }
}
