// o = sum_j(e^(s_j - m) v_j),  l = sum_j(e^(s_j - m)),  s = q K^T / sqrt(d), over one stretch of one node, by subgroup matrices
//
// q  [K, T * G, d] f16, the pairs of (row, head of the group) of one KV head side by side      keys, values  [slots, K, d] f16
// parts  [items, K, PAIRS, d] f32, not yet divided by l      stats  [items, K, PAIRS] (m, l)
//
// One workgroup takes one item and one KV head: PAIRS queries, ROWS to a subgroup, against KEYS keys at a time, so that a
// node's KV is read once for all rows below it (Hydragen, 2402.05099). Scores and weights pass through workgroup memory,
// because single elements of a subgroup matrix can't be reached. For the same reason o is rescaled only when a row's
// highest score has grown by more than SLACK since m was fixed; until then weights are at most e^SLACK, which f16 holds
// (the lazy rescaling of FlashAttention-4). A key after the row's own position is masked.

// Injected: HEADS KV_HEADS WIDTH SCALE FM FN FK SUBGROUP SUBGROUPS ROWS KEYS, and in matrices: MF (of ROWS), KEY_F (of KEYS
// across), KEY_K (of KEYS deep), WIDTH_F (of WIDTH across), WIDTH_K (of WIDTH deep);
// LOADS a thread makes for a tile, OWN4 vectors of scores that one lane sees
const SLACK = 8.0;
const MASKED = -3.0e38;
const GROUP = HEADS / KV_HEADS;
const PAIRS = ROWS * SUBGROUPS;
const THREADS = SUBGROUP * SUBGROUPS;
const LANES = SUBGROUP / ROWS;  // lanes that share a row's softmax
const WIDTH8 = WIDTH / 8u;
const PITCH = WIDTH8 + 1u;
const SCORE_PITCH = KEYS / 4u + 1u;
const WEIGHT_PITCH = KEYS / 8u + 1u;
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
@group(0) @binding(5) var<storage, read_write> parts: array<f32>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;
// Keys, then the scores of all pairs in f32.
var<workgroup> score_tile: array<vec4<u32>, max(KEYS * PITCH, PAIRS * SCORE_PITCH)>;
var<workgroup> value_tile: array<vec4<u32>, KEYS * PITCH>;
var<workgroup> weights: array<vec4<u32>, PAIRS * WEIGHT_PITCH>;
var<workgroup> shrink: array<f32, PAIRS>;
var<workgroup> is_shrinking: u32;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let item = plan[ITEMS] + group.x * ITEM_WORDS;
  let kv_head = group.y;
  let key_start = plan[KEY_SLOTS] + plan[item];
  let key_count = plan[item + 1u];
  let pair_start = plan[item + 3u];
  let pair_count = plan[item + 4u];
  let own = subgroup * ROWS;

  let q_at = (kv_head * shape.pairs + pair_start + own) * WIDTH8;
  //# for i < MF
  //# for k < WIDTH_K
  let q_${i}_${k} = subgroupMatrixLoad<Left, row_major>(&q, q_at + ${i}u * FM * WIDTH8 + ${k}u * (FK / 8u), WIDTH8);
  //# end
  //# for j < WIDTH_F
  var o_${i}_${j} = Result();
  //# end
  //# end

  // This lane's row of the softmax, its share of the keys, and how many keys the row may see.
  let pair = own + lane / LANES;
  let share = lane % LANES;
  let row = (pair_start + min(pair, pair_count - 1u)) / GROUP;
  let place = list(POSITIONS, row) + moved();
  let visible = select(0u, min(key_count, place + 1u - plan[item + 2u]), place >= plan[item + 2u]);
  let own_scores = pair * SCORE_PITCH + share * OWN4;
  let own_weights = pair * WEIGHT_PITCH + share * OWN4 / 2u;
  var highest = MASKED;
  var total = 0.0;

  // This thread's part of the tiles: one vector of every ROW_STEP-th key.
  let at = thread % WIDTH8;
  let first = min(thread / WIDTH8, KEYS - 1u);
  let to = first * PITCH + at;
  let last = key_count - 1u;
  //# for i < LOADS
  var slot_${i} = (plan[key_start + min(first + ${i}u * ROW_STEP, last)] * KV_HEADS + kv_head) * WIDTH8 + at;
  var ahead_${i} = keys[slot_${i}];
  //# end
  for (var tile = 0u; tile < key_count; tile += KEYS) {
    //# for i < LOADS
    score_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${i};
    //# end
    workgroupBarrier();
    //# for i < LOADS
    ahead_${i} = values[slot_${i}];
    //# end
    //# for j < KEY_F
    //# for i < MF
    var s_${i}_${j} = Result();
    //# end
    //# for k < WIDTH_K
    let b_${j}_${k} = subgroupMatrixLoad<Right, col_major>(&score_tile, ${j}u * FN * PITCH + ${k}u * (FK / 8u), PITCH);
    //# for i < MF
    s_${i}_${j} = subgroupMatrixMultiplyAccumulate(q_${i}_${k}, b_${j}_${k}, s_${i}_${j});
    //# end
    //# end
    //# end
    // Scores take the place of the keys once nobody reads them any more.
    workgroupBarrier();
    //# for j < KEY_F
    //# for i < MF
    subgroupMatrixStore<row_major>(&score_tile, (own + ${i}u * FM) * SCORE_PITCH + ${j}u * (FN / 4u), s_${i}_${j}, SCORE_PITCH);
    //# end
    //# end
    //# for i < LOADS
    value_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${i};
    //# end
    workgroupBarrier();
    if (tile + KEYS < key_count) {
      //# for i < LOADS
      slot_${i} = (plan[key_start + min(tile + KEYS + first + ${i}u * ROW_STEP, last)] * KV_HEADS + kv_head) * WIDTH8 + at;
      //# end
      //# for i < LOADS
      ahead_${i} = keys[slot_${i}];
      //# end
    }

    var peak = MASKED;
    let first_key = tile + share * OWN4 * 4u;
    //# for v < OWN4
    var w_${v} = select(vec4f(MASKED), bitcast<vec4f>(score_tile[own_scores + ${v}u]) * SCALE, vec4u(first_key + ${v}u * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(visible));
    peak = max(peak, max(max(w_${v}.x, w_${v}.y), max(w_${v}.z, w_${v}.w)));
    //# end
    for (var mask = 1u; mask < LANES; mask *= 2u) { peak = max(peak, subgroupShuffleXor(peak, mask)); }
    var factor = 1.0;
    if (peak > highest + SLACK) {
      factor = exp(highest - peak);
      highest = peak;
      if (total > 0.0) { is_shrinking = 1u; }
    }
    var sum = vec4f();
    //# for v < OWN4
    w_${v} = select(vec4f(0.0), exp(w_${v} - vec4f(highest)), w_${v} > vec4f(MASKED));
    sum += w_${v};
    //# end
    var packed: array<vec2<u32>, OWN4>;
    //# for v < OWN4
    packed[${v}u] = vec2(pack2x16float(w_${v}.xy), pack2x16float(w_${v}.zw));
    //# end
    for (var v = 0u; v < OWN4 / 2u; v++) { weights[own_weights + v] = vec4(packed[2u * v], packed[2u * v + 1u]); }
    var own_total = sum.x + sum.y + sum.z + sum.w;
    for (var mask = 1u; mask < LANES; mask *= 2u) { own_total += subgroupShuffleXor(own_total, mask); }
    total = total * factor + own_total;
    if (share == 0u) { shrink[pair] = factor; }

    // Waits for all weights, too.
    if (workgroupUniformLoad(&is_shrinking) == 1u) {
      //# for j < WIDTH_F
      //# for i < MF
      subgroupMatrixStore<row_major>(&score_tile, (own + ${i}u * FM) * SCORE_PITCH, o_${i}_${j}, SCORE_PITCH);
      //# end
      workgroupBarrier();
      for (var v = pair * SCORE_PITCH + share; v < pair * SCORE_PITCH + FN / 4u; v += LANES) {
        score_tile[v] = bitcast<vec4<u32>>(bitcast<vec4f>(score_tile[v]) * shrink[pair]);
      }
      workgroupBarrier();
      //# for i < MF
      o_${i}_${j} = subgroupMatrixLoad<Result, row_major>(&score_tile, (own + ${i}u * FM) * SCORE_PITCH, SCORE_PITCH);
      //# end
      workgroupBarrier();
      //# end
      if (thread == 0u) { is_shrinking = 0u; }
    }

    //# for k < KEY_K
    //# for i < MF
    let a_${i}_${k} = subgroupMatrixLoad<Left, row_major>(&weights, (own + ${i}u * FM) * WEIGHT_PITCH + ${k}u * (FK / 8u), WEIGHT_PITCH);
    //# end
    //# for j < WIDTH_F
    {
      let b = subgroupMatrixLoad<Right, row_major>(&value_tile, ${k}u * FK * PITCH + ${j}u * (FN / 8u), PITCH);
      //# for i < MF
      o_${i}_${j} = subgroupMatrixMultiplyAccumulate(a_${i}_${k}, b, o_${i}_${j});
      //# end
    }
    //# end
    //# end
  }

  let out = (group.x * KV_HEADS + kv_head) * PAIRS + own;
  //# for i < MF
  //# for j < WIDTH_F
  subgroupMatrixStore<row_major>(&parts, (out + ${i}u * FM) * WIDTH + ${j}u * FN, o_${i}_${j}, WIDTH);
  //# end
  //# end
  if (share == 0u) { stats[(group.x * KV_HEADS + kv_head) * PAIRS + pair] = vec2f(highest, total); }
}
