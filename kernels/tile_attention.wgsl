// Attention of shared nodes through subgroup matrices; the formula and shapes in tile-items.wgsl
//
// SPLIT subgroups share ROWS queries: each has its part of the keys of the scores and of the width of o, so that it reads only
// that much of a tile. Scores and weights pass through workgroup memory, because single elements of a subgroup matrix can't be
// reached. For the same reason o is rescaled only when a row's highest score has grown by more than SLACK since m was fixed;
// until then weights are at most e^SLACK, which f16 holds (the lazy rescaling of FlashAttention-4).

// Injected: those of tile-items.wgsl and lanes.wgsl, FM FN FK SUBGROUPS SPLIT KEYS, and in matrices: MF (of ROWS down), KEY_F (of a
// part of KEYS across), KEY_K (of KEYS deep), STRIPS of STRIP_F (of a part of WIDTH across), WIDTH_K (of WIDTH deep); LOADS a thread
// makes for a tile, OWN8 pairs of vectors of scores that one lane sees
const SLACK = 8.0;
const ROWS = MF * FM;
const PAIRS = ROWS * SUBGROUPS / SPLIT;
const THREADS = SUBGROUP * SUBGROUPS;
const LANES = THREADS / PAIRS;  // lanes that share a row's softmax
const SCORE_PITCH = KEYS / 4u + 1u;
const WEIGHT_PITCH = KEYS / 8u + 1u;
const ROW_STEP = THREADS / WIDTH8;
const STRIP_WIDTH = STRIP_F * FN;
const STRIP_PITCH = STRIP_WIDTH / 4u + 1u;

alias Left = subgroup_matrix_left<f16, FK, FM>;
alias Right = subgroup_matrix_right<f16, FN, FK>;
alias Result = subgroup_matrix_result<f32, FN, FM>;

// Keys, then the scores of all pairs in f32; at the end strips of o.
var<workgroup> score_tile: array<vec4<u32>, max(KEYS * PITCH, PAIRS * SCORE_PITCH)>;
var<workgroup> value_tile: array<vec4<u32>, KEYS * PITCH>;
var<workgroup> weights: array<vec4<u32>, PAIRS * WEIGHT_PITCH>;
var<workgroup> shrink: array<f32, PAIRS>;
var<workgroup> is_shrinking: u32;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  let item = item_of(group.x);
  let kv_head = group.y;
  let own = subgroup / SPLIT * ROWS;
  let share = subgroup % SPLIT;

  let q_at = (kv_head * shape.pairs + item.pair_start + own) * WIDTH8;
  //# for i < MF
  //# for k < WIDTH_K
  let q_${i}_${k} = subgroupMatrixLoad<Left, row_major>(&q, q_at + ${i}u * FM * WIDTH8 + ${k}u * (FK / 8u), WIDTH8);
  //# end
  //# for s < STRIPS
  //# for j < STRIP_F
  var o_${i}_${s}_${j} = Result();
  //# end
  //# end
  //# end

  // This lane's row of the softmax, its part of the keys, and how many keys the row may see.
  let pair = thread / LANES;
  let lane_keys = thread % LANES * OWN8 * 8u;
  let visible = visible_to(item, pair);
  let own_scores = pair * SCORE_PITCH + lane_keys / 4u;
  let own_weights = pair * WEIGHT_PITCH + lane_keys / 8u;
  var highest = MASKED;
  var total = 0.0;
  if (thread == 0u) { is_shrinking = 0u; }

  // This thread's part of the tiles: one vector of every ROW_STEP-th key.
  let at = thread % WIDTH8;
  let first = min(thread / WIDTH8, KEYS - 1u);
  let to = first * PITCH + at;
  let last = item.key_count - 1u;
  //# for i < LOADS
  var slot_${i} = plan[item.key_start + min(first + ${i}u * ROW_STEP, last)];
  var next_${i} = plan[item.key_start + min(KEYS + first + ${i}u * ROW_STEP, last)];
  var ahead_${i} = keys[vector_of(slot_${i}, kv_head, at)];
  //# end
  for (var tile = 0u; tile < item.key_count; tile += KEYS) {
    //# for i < LOADS
    score_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${i};
    //# end
    workgroupBarrier();
    //# for i < LOADS
    ahead_${i} = values[vector_of(slot_${i}, kv_head, at)];
    //# end
    //# for j < KEY_F
    //# for i < MF
    var s_${i}_${j} = Result();
    //# end
    //# end
    let own_keys = share * (KEYS / SPLIT) * PITCH;
    //# for k < WIDTH_K
    //# for j < KEY_F
    {
      let k = subgroupMatrixLoad<Right, col_major>(&score_tile, own_keys + ${j}u * FN * PITCH + ${k}u * (FK / 8u), PITCH);
      //# for i < MF
      s_${i}_${j} = subgroupMatrixMultiplyAccumulate(q_${i}_${k}, k, s_${i}_${j});
      //# end
    }
    //# end
    //# end
    // Scores take the place of the keys once nobody reads them any more.
    workgroupBarrier();
    //# for j < KEY_F
    //# for i < MF
    subgroupMatrixStore<row_major>(&score_tile, (own + ${i}u * FM) * SCORE_PITCH + (share * (KEYS / SPLIT) + ${j}u * FN) / 4u, s_${i}_${j}, SCORE_PITCH);
    //# end
    //# end
    //# for i < LOADS
    value_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${i};
    //# end
    workgroupBarrier();
    if (tile + KEYS < item.key_count) {
      //# for i < LOADS
      slot_${i} = next_${i};
      ahead_${i} = keys[vector_of(slot_${i}, kv_head, at)];
      // The slot itself: what is computed from it would have to wait here.
      next_${i} = plan[item.key_start + min(tile + 2u * KEYS + first + ${i}u * ROW_STEP, last)];
      //# end
    }

    var peak = MASKED;
    let first_key = tile + lane_keys;
    //# for v < OWN8
    //# for u < 2
    var w_${v}_${u} = select(vec4f(MASKED), bitcast<vec4f>(score_tile[own_scores + 2u * ${v}u + ${u}u]) * SCALE, vec4u(first_key + ${v}u * 8u + ${u}u * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(visible));
    peak = max(peak, max(max(w_${v}_${u}.x, w_${v}_${u}.y), max(w_${v}_${u}.z, w_${v}_${u}.w)));
    //# end
    //# end
    peak = max_of(LANES, peak, thread);
    var factor = 1.0;
    if (peak > highest + SLACK) {
      factor = exp(highest - peak);
      highest = peak;
      if (total > 0.0) { is_shrinking = 1u; }
    }
    var sum = vec4f();
    //# for v < OWN8
    //# for u < 2
    w_${v}_${u} = select(vec4f(0.0), exp(w_${v}_${u} - vec4f(highest)), w_${v}_${u} > vec4f(MASKED));
    sum += w_${v}_${u};
    let packed_${v}_${u} = vec2(pack2x16float(w_${v}_${u}.xy), pack2x16float(w_${v}_${u}.zw));
    //# end
    weights[own_weights + ${v}u] = vec4(packed_${v}_0, packed_${v}_1);
    //# end
    total = total * factor + sum_of(LANES, sum.x + sum.y + sum.z + sum.w, thread);
    if (thread % LANES == 0u) { shrink[pair] = factor; }

    // Waits for all weights, too.
    if (workgroupUniformLoad(&is_shrinking) == 1u) {
      //# for s < STRIPS
      //# for j < STRIP_F
      //# for i < MF
      subgroupMatrixStore<row_major>(&score_tile, (own + ${i}u * FM) * SCORE_PITCH + share * (FN / 4u), o_${i}_${s}_${j}, SCORE_PITCH);
      //# end
      workgroupBarrier();
      for (var v = lane; v < ROWS * (FN / 4u); v += SUBGROUP) {
        let shrunk = own + v / (FN / 4u);
        let here = shrunk * SCORE_PITCH + share * (FN / 4u) + v % (FN / 4u);
        score_tile[here] = bitcast<vec4<u32>>(bitcast<vec4f>(score_tile[here]) * shrink[shrunk]);
      }
      workgroupBarrier();
      //# for i < MF
      o_${i}_${s}_${j} = subgroupMatrixLoad<Result, row_major>(&score_tile, (own + ${i}u * FM) * SCORE_PITCH + share * (FN / 4u), SCORE_PITCH);
      //# end
      workgroupBarrier();
      //# end
      //# end
      if (thread == 0u) { is_shrinking = 0u; }
    }

    //# for k < KEY_K
    //# for i < MF
    let w_${i}_of_${k} = subgroupMatrixLoad<Left, row_major>(&weights, (own + ${i}u * FM) * WEIGHT_PITCH + ${k}u * (FK / 8u), WEIGHT_PITCH);
    //# end
    //# for s < STRIPS
    //# for j < STRIP_F
    {
      let v = subgroupMatrixLoad<Right, row_major>(&value_tile, ${k}u * FK * PITCH + (share * (WIDTH / SPLIT) + (${s}u * STRIP_F + ${j}u) * FN) / 8u, PITCH);
      //# for i < MF
      o_${i}_${s}_${j} = subgroupMatrixMultiplyAccumulate(w_${i}_of_${k}, v, o_${i}_${s}_${j});
      //# end
    }
    //# end
    //# end
    //# end
  }

  let out = (group.x * KV_HEADS + kv_head) * PAIRS;
  let strip = subgroup * FM * STRIP_PITCH;
  if (thread % LANES == 0u) { shrink[pair] = inverse(total); }
  //# for i < MF
  //# for s < STRIPS
  workgroupBarrier();
  //# for j < STRIP_F
  subgroupMatrixStore<row_major>(&score_tile, strip + ${j}u * (FN / 4u), o_${i}_${s}_${j}, STRIP_PITCH);
  //# end
  workgroupBarrier();
  put_strip(strip, own + ${i}u * FM, out + own + ${i}u * FM, share * (WIDTH / SPLIT) + ${s}u * STRIP_WIDTH, lane);
  //# end
  //# end
  if (thread % LANES == 0u) { stats[out + pair] = stat_of(highest, total); }
}

// One strip of o, whole lines at a time: see tile_matmul.wgsl. `own` is its first pair in the tile, `pair` among all parts.
fn put_strip(strip: u32, own: u32, pair: u32, column: u32, lane: u32) {
  for (var v = lane; v < FM * STRIP_WIDTH / 8u; v += SUBGROUP) {
    let row = v / (STRIP_WIDTH / 8u);
    let c = v % (STRIP_WIDTH / 8u);
    let here = strip + row * STRIP_PITCH + 2u * c;
    let scale = shrink[own + row];
    parts[((pair + row) * WIDTH + column) / 8u + c] = halves_of(bitcast<vec4f>(score_tile[here]) * scale, bitcast<vec4f>(score_tile[here + 1u]) * scale);
  }
}
