// o = sum_j(e^(s_j - m) v_j),  l = sum_j(e^(s_j - m)),  s = q K^T / sqrt(d), over a stretch of the keys that one row attends
// by itself, by subgroup matrices
//
// q  [K, T * G, d] f16      keys, values  [slots, K, d] f16
// parts  [stretches, K, GROUP_TO, d] f32, not yet divided by l; heads from G on hold nothing      stats  likewise (m, l)
//
// One workgroup takes one stretch and one KV head, so that a candidate's own KV is read once. The G heads of the group are the
// columns of S^T = K q^T and of o^T = V^T w^T: a matrix is narrower than it is high, so that little of it is padding. All
// scores of the stretch are there before the first weight is, so that nothing is rescaled. Keys, then values pass through one
// tile of workgroup memory; the first values are asked for together with the first keys, and the next tile while this one is
// multiplied. With TURNS, q is not read but made of the product y, and so are the key and the value of the row's own token, which
// the stretch with that token writes to the KV store: what rope_store.wgsl does, for few rows without a dispatch of its own.
// Tiles are small, because several workgroups at once hide the waits, and an NVIDIA GPU has 48 KiB for all of them.

// Injected: HEADS KV_HEADS GROUP (G) GROUP_TO (whole matrices of it) WIDTH SCALE FM FN FK SUBGROUP SUBGROUPS KEYS (FM of each
// subgroup) STRETCH (keys of the longest), and in matrices: GROUP_N (of GROUP_TO across), KEY_K (of KEYS deep), WIDTH_M (of a
// subgroup's share of WIDTH down), WIDTH_K (of WIDTH deep); LOADS a thread makes for a tile, HEADS_EACH of a subgroup and
// SCORES_EACH of a lane in the softmax; TURNS, or READS for q as it lies
const MASKED = -3.0e38;
const THREADS = SUBGROUP * SUBGROUPS;
const WIDTH8 = WIDTH / 8u;
const PITCH = WIDTH8 + 1u;
const SCORE_PITCH = STRETCH + 4u;
const ROW_STEP = THREADS / WIDTH8;

alias Left = subgroup_matrix_left<f16, FK, FM>;
alias Right = subgroup_matrix_right<f16, FN, FK>;
alias Result = subgroup_matrix_result<f32, FN, FM>;

//# if READS
struct Shape { pairs: u32 }  // T * G, with T as q is padded
@group(0) @binding(1) var<storage, read> q: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> keys: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> values: array<vec4<u32>>;
//# end
//# if TURNS
// y  [T, pitch] f32, the heads of q, then k, then v      bias  [(H + 2K) d] f32      angles  [positions, d/2] (cos, sin)
struct Shape { pitch2: u32, is_biased: u32 }
@group(0) @binding(1) var<storage, read> y: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> keys: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> values: array<vec4<u32>>;
@group(0) @binding(7) var<storage, read> bias: array<vec2f>;
@group(0) @binding(8) var<storage, read> angles: array<vec4f>;
const HALF = WIDTH / 2u;
const TURNED_PITCH = HALF + 4u;
// The heads of q, the key and the value, each a row.
var<workgroup> turned: array<u32, (GROUP_TO + 2u) * TURNED_PITCH>;

// Turns two neighbouring pairs at a time, see rope_store.wgsl.
fn turn(row: u32, kv_head: u32, thread: u32) {
  let place = (list(POSITIONS, row) + moved()) * (HALF / 2u);
  for (var i = thread; i < (GROUP + 2u) * (HALF / 2u); i += THREADS) {
    let which = i / (HALF / 2u);
    let i2 = i % (HALF / 2u);
    let head = select(HEADS + (which - GROUP) * KV_HEADS + kv_head, kv_head * GROUP + which, which < GROUP);
    var low = y[row * shape.pitch2 + head * HALF + i2];
    var high = y[row * shape.pitch2 + head * HALF + HALF / 2u + i2];
    if (shape.is_biased == 1u) {
      low += bias[head * HALF + i2];
      high += bias[head * HALF + HALF / 2u + i2];
    }
    let angle = select(vec4f(1.0, 0.0, 1.0, 0.0), angles[place + i2], which <= GROUP);
    let to = select(GROUP_TO + which - GROUP, which, which < GROUP) * TURNED_PITCH + i2;
    turned[to] = pack2x16float(low * angle.xz - high * angle.yw);
    turned[to + HALF / 2u] = pack2x16float(high * angle.xz + low * angle.yw);
  }
}

// Vector `at` of the key (0) or the value (1).
fn fresh(which: u32, at: u32) -> vec4<u32> {
  let begin = (GROUP_TO + which) * TURNED_PITCH + at * 4u;
  return vec4(turned[begin], turned[begin + 1u], turned[begin + 2u], turned[begin + 3u]);
}
//# end
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read_write> parts: array<f32>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;
var<workgroup> kv_tile: array<vec4<u32>, KEYS * PITCH>;
// f32, then in the first half of each row the weights in f16.
var<workgroup> scores: array<u32, GROUP_TO * SCORE_PITCH>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let kv_head = group.y;
  let part = (group.x * KV_HEADS + kv_head) * GROUP_TO;
  let stretch = STRETCHES + group.x * STRETCH_WORDS;
  let row = plan[stretch];
  let key_start = plan[stretch + 1u];
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
  //# if READS
  let q_at = (kv_head * shape.pairs + row * GROUP) * WIDTH8;
  //# for k < WIDTH_K
  //# for n < GROUP_N
  let q_${k}_${n} = subgroupMatrixLoad<Right, col_major>(&q, q_at + ${n}u * FN * WIDTH8 + ${k}u * (FK / 8u), WIDTH8);
  //# end
  //# end
  //# end
  //# if TURNS
  turn(row, kv_head, thread);
  workgroupBarrier();
  //# for k < WIDTH_K
  //# for n < GROUP_N
  let q_${k}_${n} = subgroupMatrixLoad<Right, col_major>(&turned, ${n}u * FN * TURNED_PITCH + ${k}u * (FK / 2u), TURNED_PITCH);
  //# end
  //# end
  // The row's own token is the last of the last stretch that it has reached.
  let fresh_key = select(STRETCH, last, plan[stretch + 2u] + moved() == count);
  if (fresh_key == last && thread < 2u * WIDTH8) {
    let slot = (plan[key_start + last] * KV_HEADS + kv_head) * WIDTH8 + thread % WIDTH8;
    if (thread < WIDTH8) { keys[slot] = fresh(0u, thread); } else { values[slot] = fresh(1u, thread - WIDTH8); }
  }
  //# end
  let own_key = subgroup * FM;
  for (var tile = 0u; tile < count; tile += KEYS) {
    //# for i < LOADS
    //# if TURNS
    if (min(tile + first + ${i}u * ROW_STEP, last) == fresh_key) { key_ahead_${i} = fresh(0u, at); }
    //# end
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = key_ahead_${i};
    //# end
    workgroupBarrier();
    if (tile + KEYS < count) {
      //# for i < LOADS
      key_ahead_${i} = keys[(plan[key_start + min(tile + KEYS + first + ${i}u * ROW_STEP, last)] * KV_HEADS + kv_head) * WIDTH8 + at];
      //# end
    }
    //# for n < GROUP_N
    var s_${n} = Result();
    //# end
    //# for k < WIDTH_K
    let k_${k} = subgroupMatrixLoad<Left, row_major>(&kv_tile, own_key * PITCH + ${k}u * (FK / 8u), PITCH);
    //# for n < GROUP_N
    s_${n} = subgroupMatrixMultiplyAccumulate(k_${k}, q_${k}_${n}, s_${n});
    //# end
    //# end
    //# for n < GROUP_N
    subgroupMatrixStore<col_major>(&scores, ${n}u * FN * SCORE_PITCH + tile + own_key, s_${n}, SCORE_PITCH);
    //# end
    workgroupBarrier();
  }

  // Each subgroup has some of the heads. Keys beyond `count` are the last one again: their weight is 0.
  //# for h < HEADS_EACH
  let head_${h} = min(subgroup + ${h}u * SUBGROUPS, GROUP - 1u);
  var peak_${h} = MASKED;
  //# for j < SCORES_EACH
  let score_${h}_${j} = select(MASKED, bitcast<f32>(scores[head_${h} * SCORE_PITCH + lane + ${j}u * SUBGROUP]) * SCALE, lane + ${j}u * SUBGROUP < count);
  peak_${h} = max(peak_${h}, score_${h}_${j});
  //# end
  peak_${h} = subgroupMax(peak_${h});
  //# end
  // Weights take the place of the scores once everybody has them.
  workgroupBarrier();
  //# for h < HEADS_EACH
  {
    var sum = 0.0;
    //# for j < SCORES_EACH
    {
      let weight = select(0.0, exp(score_${h}_${j} - peak_${h}), lane + ${j}u * SUBGROUP < count);
      sum += weight;
      // Two neighbours to a word.
      let other = subgroupShuffleXor(weight, 1u);
      if (lane % 2u == 0u) { scores[head_${h} * SCORE_PITCH + (lane + ${j}u * SUBGROUP) / 2u] = pack2x16float(vec2f(weight, other)); }
    }
    //# end
    sum = subgroupAdd(sum);
    if (lane == 0u) { stats[part + head_${h}] = vec2f(peak_${h}, sum); }
  }
  //# end

  let own_width = subgroup * WIDTH_M * FM;
  //# for m < WIDTH_M
  //# for n < GROUP_N
  var o_${m}_${n} = Result();
  //# end
  //# end
  for (var tile = 0u; tile < count; tile += KEYS) {
    //# for i < LOADS
    //# if TURNS
    if (min(tile + first + ${i}u * ROW_STEP, last) == fresh_key) { value_ahead_${i} = fresh(1u, at); }
    //# end
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = value_ahead_${i};
    //# end
    workgroupBarrier();
    if (tile + KEYS < count) {
      //# for i < LOADS
      value_ahead_${i} = values[(plan[key_start + min(tile + KEYS + first + ${i}u * ROW_STEP, last)] * KV_HEADS + kv_head) * WIDTH8 + at];
      //# end
    }
    //# for k < KEY_K
    //# for n < GROUP_N
    let w_${k}_${n} = subgroupMatrixLoad<Right, col_major>(&scores, ${n}u * FN * SCORE_PITCH + (tile + ${k}u * FK) / 2u, SCORE_PITCH);
    //# end
    //# for m < WIDTH_M
    let v_${k}_${m} = subgroupMatrixLoad<Left, col_major>(&kv_tile, ${k}u * FK * PITCH + (own_width + ${m}u * FM) / 8u, PITCH);
    //# for n < GROUP_N
    o_${m}_${n} = subgroupMatrixMultiplyAccumulate(v_${k}_${m}, w_${k}_${n}, o_${m}_${n});
    //# end
    //# end
    //# end
    workgroupBarrier();
  }
  //# for m < WIDTH_M
  //# for n < GROUP_N
  subgroupMatrixStore<col_major>(&parts, (part + ${n}u * FN) * WIDTH + own_width + ${m}u * FM, o_${m}_${n}, WIDTH);
  //# end
  //# end
}
