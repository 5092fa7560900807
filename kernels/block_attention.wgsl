// Attention of shared nodes through registers, for GPU adapters without subgroup matrices; the formula and shapes in
// tile-items.wgsl
//
// Four pairs, PAIRS / 4 apart, belong to KEY_LANES neighbouring threads. Of their scores a thread has every KEY_LANES-th key, of
// their o every KEY_LANES-th vector of the width; both lie in its registers. Keys, then values pass through one tile of
// workgroup memory, and so do the weights, which all of the pair's threads need; m is the highest score so far
// (Dao et al., "FlashAttention", 2022).

// Injected: those of tile-items.wgsl and numbers.wgsl, PAIRS KEYS KEY_LANES, KEYS_EACH = KEYS / KEY_LANES and
// VECTORS_EACH = WIDTH / 8 / KEY_LANES of a thread, and how many vectors it loads: LOADS of keys or values, Q_LOADS of q
const FOURS = PAIRS / 4u;
const THREADS = FOURS * KEY_LANES;
const ROW_STEP = THREADS / WIDTH8;

var<workgroup> q_tile: array<vec4<u32>, PAIRS * PITCH>;
var<workgroup> kv_tile: array<vec4<u32>, KEYS * PITCH>;
// Of each key and four pairs.
var<workgroup> weights: array<vec4<Number>, KEYS * FOURS>;
// The highest scores that each thread has seen of its pairs; at the end what its weights came to.
var<workgroup> exchange: array<vec4f, KEY_LANES * FOURS>;

fn low(eight: vec4<u32>) -> vec4f { return vec4f(unpack2x16float(eight.x), unpack2x16float(eight.y)); }
fn high(eight: vec4<u32>) -> vec4f { return vec4f(unpack2x16float(eight.z), unpack2x16float(eight.w)); }

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let item = item_of(group.x);
  let kv_head = group.y;
  let four = thread / KEY_LANES;
  let lane = thread % KEY_LANES;

  let q_at = (kv_head * shape.pairs + item.pair_start) * WIDTH8;
  //# for i < Q_LOADS
  {
    let v = thread + ${i}u * THREADS;
    if (v < PAIRS * WIDTH8) { q_tile[v / WIDTH8 * PITCH + v % WIDTH8] = q[q_at + v]; }
  }
  //# end
  //# for r < 4
  //# for v < VECTORS_EACH
  var o_${r}_${v}_low = vec4f();
  var o_${r}_${v}_high = vec4f();
  //# end
  //# end
  let visible = vec4u(
    visible_to(item, four), visible_to(item, four + FOURS),
    visible_to(item, four + 2u * FOURS), visible_to(item, four + 3u * FOURS));
  var highest = vec4f(MASKED);
  var total = vec4f();

  // This thread's part of the tiles: one vector of every ROW_STEP-th key.
  let at = thread % WIDTH8;
  let first = thread / WIDTH8;
  let to = first * PITCH + at;
  let last = item.key_count - 1u;
  //# for i < LOADS
  var slot_${i} = vector_of(plan[item.key_start + min(first + ${i}u * ROW_STEP, last)], kv_head, at);
  var ahead_${i} = keys[slot_${i}];
  //# end
  for (var tile = 0u; tile < item.key_count; tile += KEYS) {
    //# for i < LOADS
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${i};
    //# end
    workgroupBarrier();
    //# for i < LOADS
    ahead_${i} = values[slot_${i}];
    //# end
    //# for j < KEYS_EACH
    var s_${j} = vec4f();
    //# end
    for (var k = 0u; k < WIDTH8; k++) {
      //# for r < 4
      let q_${r} = q_tile[(four + ${r}u * FOURS) * PITCH + k];
      let q_${r}_low = low(q_${r});
      let q_${r}_high = high(q_${r});
      //# end
      //# for j < KEYS_EACH
      {
        let key = kv_tile[(lane + ${j}u * KEY_LANES) * PITCH + k];
        let key_low = low(key);
        let key_high = high(key);
        s_${j} += vec4f(dot(q_0_low, key_low), dot(q_1_low, key_low), dot(q_2_low, key_low), dot(q_3_low, key_low));
        s_${j} += vec4f(dot(q_0_high, key_high), dot(q_1_high, key_high), dot(q_2_high, key_high), dot(q_3_high, key_high));
      }
      //# end
    }
    var peak = highest;
    //# for j < KEYS_EACH
    s_${j} = select(vec4f(MASKED), s_${j} * SCALE, vec4u(tile + lane + ${j}u * KEY_LANES) < visible);
    peak = max(peak, s_${j});
    //# end
    exchange[lane * FOURS + four] = peak;
    // Nobody reads the keys any more.
    workgroupBarrier();
    //# for i < LOADS
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${i};
    //# end
    //# for l < KEY_LANES
    peak = max(peak, exchange[${l}u * FOURS + four]);
    //# end
    let factor = exp(highest - peak);
    highest = peak;
    total *= factor;
    //# for j < KEYS_EACH
    {
      let weight = select(vec4f(), exp(s_${j} - highest), s_${j} > vec4f(MASKED));
      total += weight;
      weights[(lane + ${j}u * KEY_LANES) * FOURS + four] = vec4<Number>(weight);
    }
    //# end
    //# for r < 4
    //# for v < VECTORS_EACH
    o_${r}_${v}_low *= factor[${r}u];
    o_${r}_${v}_high *= factor[${r}u];
    //# end
    //# end
    workgroupBarrier();
    if (tile + KEYS < item.key_count) {
      //# for i < LOADS
      slot_${i} = vector_of(plan[item.key_start + min(tile + KEYS + first + ${i}u * ROW_STEP, last)], kv_head, at);
      //# end
      //# for i < LOADS
      ahead_${i} = keys[slot_${i}];
      //# end
    }
    for (var key = 0u; key < KEYS; key++) {
      let weight = vec4f(weights[key * FOURS + four]);
      //# for v < VECTORS_EACH
      {
        let value = kv_tile[key * PITCH + lane + ${v}u * KEY_LANES];
        let value_low = low(value);
        let value_high = high(value);
        //# for r < 4
        o_${r}_${v}_low = fma(vec4f(weight[${r}u]), value_low, o_${r}_${v}_low);
        o_${r}_${v}_high = fma(vec4f(weight[${r}u]), value_high, o_${r}_${v}_high);
        //# end
      }
      //# end
    }
    workgroupBarrier();
  }

  exchange[lane * FOURS + four] = total;
  workgroupBarrier();
  total = vec4f();
  //# for l < KEY_LANES
  total += exchange[${l}u * FOURS + four];
  //# end
  let out = (group.x * KV_HEADS + kv_head) * PAIRS;
  //# for r < 4
  {
    let scale = inverse(total[${r}u]);
    //# for v < VECTORS_EACH
    parts[(out + four + ${r}u * FOURS) * WIDTH8 + lane + ${v}u * KEY_LANES] = halves_of(o_${r}_${v}_low * scale, o_${r}_${v}_high * scale);
    //# end
    if (lane == 0u) { stats[out + four + ${r}u * FOURS] = stat_of(highest[${r}u], total[${r}u]); }
  }
  //# end
}
