// o = sum_j(e^(s_j - m) v_j),  l = sum_j(e^(s_j - m)),  s = q K^T / sqrt(d), over a stretch of the keys that one row attends
// by itself, by subgroup matrices
//
// q  [K, T * G, d] f16      keys, values  [slots, K, d] f16
// parts  [stretches, K, G, d] f32, not yet divided by l      stats  [stretches, K, G] (m, l)
//
// One workgroup takes one stretch and one KV head, so that a candidate's own KV is read once; the G heads of the group are the
// rows of its matrices, padded to GROUP_TO. All scores of the stretch are there before the first weight is, so that nothing is
// rescaled. Keys, then values pass through one tile of workgroup memory; the first values are asked for together with the
// first keys, and the next tile while this one is multiplied.

// Injected: HEADS KV_HEADS GROUP (G) GROUP_TO WIDTH SCALE FM FN FK SUBGROUP SUBGROUPS KEYS STRETCH (keys of the longest), and in
// matrices: GROUP_M (of GROUP_TO down), KEY_N (of a subgroup's keys across), KEY_K (of KEYS deep), WIDTH_N (of a subgroup's
// share of WIDTH across), WIDTH_K (of WIDTH deep); LOADS a thread makes for a tile
const MASKED = -3.0e38;
const THREADS = SUBGROUP * SUBGROUPS;
const WIDTH8 = WIDTH / 8u;
const PITCH = WIDTH8 + 1u;
const SCORE_PITCH = STRETCH + 4u;
const WEIGHT_PITCH = STRETCH + 8u;
const WIDTH4 = WIDTH / 4u;
const OUT_PITCH = WIDTH4 + 1u;
const ROW_STEP = THREADS / WIDTH8;

alias Left = subgroup_matrix_left<f16, FK, FM>;
alias Right = subgroup_matrix_right<f16, FN, FK>;
alias Result = subgroup_matrix_result<f32, FN, FM>;

struct Shape { pairs: u32 }  // T * G, with T as q is padded
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> q: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> keys: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> values: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read_write> parts: array<vec4<u32>>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;
var<workgroup> kv_tile: array<vec4<u32>, KEYS * PITCH>;
var<workgroup> scores: array<f32, GROUP_TO * SCORE_PITCH>;
var<workgroup> weights: array<f16, GROUP_TO * WEIGHT_PITCH>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let kv_head = group.y;
  let part = (group.x * KV_HEADS + kv_head) * GROUP;
  let stretch = plan[STRETCHES] + group.x * STRETCH_WORDS;
  let row = plan[stretch];
  let key_start = plan[KEY_SLOTS] + plan[stretch + 1u];
  // Negative before the row reaches this stretch.
  let count = u32(clamp(bitcast<i32>(plan[stretch + 2u] + moved()), 0, bitcast<i32>(plan[stretch + 3u])));
  if (count == 0u) {
    if (thread < GROUP) { stats[part + thread] = vec2f(MASKED, 0.0); }
    return;
  }
  let last = count - 1u;

  // This thread's part of the tiles: one vector of every ROW_STEP-th key.
  let at = thread % WIDTH8;
  let first = min(thread / WIDTH8, KEYS - 1u);
  let to = first * PITCH + at;
  //# for i < LOADS
  let slot_${i} = (plan[key_start + min(first + ${i}u * ROW_STEP, last)] * KV_HEADS + kv_head) * WIDTH8 + at;
  //# end
  //# for i < LOADS
  var key_ahead_${i} = keys[slot_${i}];
  //# end
  //# for i < LOADS
  var value_ahead_${i} = values[slot_${i}];
  //# end
  let q_at = (kv_head * shape.pairs + row * GROUP) * WIDTH8;
  //# for k < WIDTH_K
  //# for m < GROUP_M
  let q_${m}_${k} = subgroupMatrixLoad<Left, row_major>(&q, q_at + ${m}u * FM * WIDTH8 + ${k}u * (FK / 8u), WIDTH8);
  //# end
  //# end
  let own_key = subgroup * KEY_N * FN;
  for (var tile = 0u; tile < count; tile += KEYS) {
    //# for i < LOADS
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = key_ahead_${i};
    //# end
    workgroupBarrier();
    if (tile + KEYS < count) {
      //# for i < LOADS
      key_ahead_${i} = keys[(plan[key_start + min(tile + KEYS + first + ${i}u * ROW_STEP, last)] * KV_HEADS + kv_head) * WIDTH8 + at];
      //# end
    }
    //# for n < KEY_N
    //# for m < GROUP_M
    var s_${m}_${n} = Result();
    //# end
    //# for k < WIDTH_K
    let k_${n}_${k} = subgroupMatrixLoad<Right, col_major>(&kv_tile, (own_key + ${n}u * FN) * PITCH + ${k}u * (FK / 8u), PITCH);
    //# for m < GROUP_M
    s_${m}_${n} = subgroupMatrixMultiplyAccumulate(q_${m}_${k}, k_${n}_${k}, s_${m}_${n});
    //# end
    //# end
    //# for m < GROUP_M
    subgroupMatrixStore<row_major>(&scores, ${m}u * FM * SCORE_PITCH + tile + own_key + ${n}u * FN, s_${m}_${n}, SCORE_PITCH);
    //# end
    //# end
    workgroupBarrier();
  }

  // Keys beyond `count` are the last one again: their weight is 0.
  let padded = (count + KEYS - 1u) / KEYS * KEYS;
  for (var head = subgroup; head < GROUP; head += SUBGROUPS) {
    var peak = MASKED;
    for (var j = lane; j < count; j += SUBGROUP) { peak = max(peak, scores[head * SCORE_PITCH + j] * SCALE); }
    peak = subgroupMax(peak);
    var sum = 0.0;
    for (var j = lane; j < padded; j += SUBGROUP) {
      let weight = select(0.0, exp(scores[head * SCORE_PITCH + j] * SCALE - peak), j < count);
      weights[head * WEIGHT_PITCH + j] = f16(weight);
      sum += weight;
    }
    sum = subgroupAdd(sum);
    if (lane == 0u) { stats[part + head] = vec2f(peak, sum); }
  }

  let own_width = subgroup * WIDTH_N * FN;
  //# for m < GROUP_M
  //# for n < WIDTH_N
  var o_${m}_${n} = Result();
  //# end
  //# end
  for (var tile = 0u; tile < count; tile += KEYS) {
    //# for i < LOADS
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = value_ahead_${i};
    //# end
    workgroupBarrier();
    if (tile + KEYS < count) {
      //# for i < LOADS
      value_ahead_${i} = values[(plan[key_start + min(tile + KEYS + first + ${i}u * ROW_STEP, last)] * KV_HEADS + kv_head) * WIDTH8 + at];
      //# end
    }
    //# for k < KEY_K
    //# for m < GROUP_M
    let w_${m}_${k} = subgroupMatrixLoad<Left, row_major>(&weights, ${m}u * FM * WEIGHT_PITCH + tile + ${k}u * FK, WEIGHT_PITCH);
    //# end
    //# for n < WIDTH_N
    let v_${k}_${n} = subgroupMatrixLoad<Right, row_major>(&kv_tile, ${k}u * FK * PITCH + (own_width + ${n}u * FN) / 8u, PITCH);
    //# for m < GROUP_M
    o_${m}_${n} = subgroupMatrixMultiplyAccumulate(w_${m}_${k}, v_${k}_${n}, o_${m}_${n});
    //# end
    //# end
    //# end
    workgroupBarrier();
  }
  // The heads that there are, out of whole matrices of them.
  //# for m < GROUP_M
  //# for n < WIDTH_N
  subgroupMatrixStore<row_major>(&kv_tile, ${m}u * FM * OUT_PITCH + (own_width + ${n}u * FN) / 4u, o_${m}_${n}, OUT_PITCH);
  //# end
  //# end
  workgroupBarrier();
  for (var i = thread; i < GROUP * WIDTH4; i += THREADS) {
    parts[part * WIDTH4 + i] = kv_tile[i / WIDTH4 * OUT_PITCH + i % WIDTH4];
  }
}
