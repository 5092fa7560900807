// Attention of shared nodes for many queries through subgroup matrices; the formula and shapes in tile-items.wgsl
//
// Two halves of the subgroups take turns: while one multiplies, the other makes weights of its scores, so that the matrix units
// and the rest are busy at once (the ping-pong scheduling of FlashAttention-3, 2407.08608), with one barrier at the end of each turn.
// What a turn multiplies is the weights of one tile with its values, and the queries with the keys of the next tile.
//
// Scores and weights pass through workgroup memory, because single elements of a subgroup matrix can't be reached. Nor can o be
// rescaled without passing through it. So m is fixed where a pair first sees keys: their highest score and ROOM more, in powers
// of two. Weights are then below 2^MOST, which f16 holds, unless a later score is higher by more than ROOM + MOST: such an item
// is done once more, with the highest score of each pair known.

// Injected: those of tile-items.wgsl and lanes.wgsl, FM FN FK SUBGROUPS KEYS, and in matrices: MF (of a subgroup's pairs down, one
// pair for each lane), KEY_F (of KEYS across), KEY_K (of KEYS deep), STRIPS of STRIP_K (of WIDTH deep), BESIDE (FN in FK);
// WEIGHTS8, the vectors of a pair's weights; LOADS a thread makes for a tile
const ROOM = 4.0;
const MOST = 15.0;
const LEAST = -1.0e30;  // above what is masked
const LOG2_E = 1.4426950408889634;
const PAIRS = SUBGROUPS * SUBGROUP;
const THREADS = SUBGROUPS * SUBGROUP;
const ROW_STEP = THREADS / WIDTH8;
const SCORES4 = 2u * WEIGHTS8;  // of a pair's scores
const PAIR_PITCH = SCORES4 + WEIGHTS8 + 1u;
const TILE = KEYS * PITCH;
const VALUES = 2u * TILE;
const SCORES = 4u * TILE;
const WEIGHTS = SCORES + SCORES4;
const STRIP_WIDTH = STRIP_K * FK;
const STRIP_PITCH = STRIP_WIDTH / 4u + 1u;

alias Left = subgroup_matrix_left<f16, FK, FM>;
alias Right = subgroup_matrix_right<f16, FN, FK>;
alias Result = subgroup_matrix_result<f32, FN, FM>;

// Two tiles of keys, two of values, and for each pair its scores in f32 beside its weights in f16; at the end strips of o.
var<workgroup> room: array<vec4<u32>, SCORES + PAIRS * PAIR_PITCH>;
var<workgroup> scales: array<f32, PAIRS>;
var<workgroup> is_outgrown: u32;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  let item = item_of(group.x);
  let kv_head = group.y;
  let own = subgroup * SUBGROUP;
  let late = subgroup / (SUBGROUPS / 2u);
  let tiles = (item.key_count + KEYS - 1u) / KEYS;

  let q_at = (kv_head * shape.pairs + item.pair_start + own) * WIDTH8;
  //# for i < MF
  //# for s < STRIPS
  //# for t < STRIP_K
  let q_${i}_${s}_${t} = subgroupMatrixLoad<Left, row_major>(&q, q_at + ${i}u * FM * WIDTH8 + (${s}u * STRIP_K + ${t}u) * (FK / 8u), WIDTH8);
  //# end
  //# end
  //# for s < STRIPS
  //# for t < STRIP_K
  //# for j < BESIDE
  var o_${i}_${s}_${t}_${j} = Result();
  //# end
  //# end
  //# end
  //# end

  let scores_at = SCORES + own * PAIR_PITCH;
  let weights_at = WEIGHTS + own * PAIR_PITCH;

  // This lane's pair. What lies behind the item's sees nothing, so that it outgrows nothing either.
  let visible = select(0u, visible_to(item, own + lane), own + lane < item.pair_count);
  let own_scores = SCORES + (own + lane) * PAIR_PITCH;
  var known = MASKED;
  var highest = LEAST;
  var total = 0.0;
  if (thread == 0u) { is_outgrown = 0u; }

  // This thread's part of the tiles: one vector of every ROW_STEP-th key.
  let at = thread % WIDTH8;
  let first = min(thread / WIDTH8, KEYS - 1u);
  let to = first * PITCH + at;
  let last = item.key_count - 1u;
  for (var attempt = 0u; attempt < 2u; attempt++) {
    //# for i < LOADS
    var slot_${i} = plan[item.key_start + min(first + ${i}u * ROW_STEP, last)];
    var next_${i} = plan[item.key_start + min(KEYS + first + ${i}u * ROW_STEP, last)];
    var key_ahead_${i} = keys[vector_of(slot_${i}, kv_head, at)];
    var value_ahead_${i} = vec4<u32>();
    room[to + ${i}u * ROW_STEP * PITCH] = key_ahead_${i};
    //# end
    // The values before the first, and no weights for them.
    //# for i < LOADS
    room[VALUES + TILE + to + ${i}u * ROW_STEP * PITCH] = vec4<u32>();
    //# end
    //# for v < WEIGHTS8
    room[own_scores + SCORES4 + ${v}u] = vec4<u32>();
    //# end
    workgroupBarrier();
    for (var tile = 0u; tile <= tiles; tile++) {
      // In a branch of their own, or the driver has them wait until they are used.
      if (tile < tiles) {
        //# for i < LOADS
        value_ahead_${i} = values[vector_of(slot_${i}, kv_head, at)];
        key_ahead_${i} = keys[vector_of(next_${i}, kv_head, at)];
        slot_${i} = next_${i};
        // The slot itself: what is computed from it would have to wait here.
        next_${i} = plan[item.key_start + min((tile + 2u) * KEYS + first + ${i}u * ROW_STEP, last)];
        //# end
      }
      let keys_at = tile % 2u * TILE;
      let values_at = VALUES + (tile + 1u) % 2u * TILE;
      //# for turn < 2
      if (late == ${turn}u) {
        // Weights with the values of the tile before, and scores of this one.
        //# for j < KEY_F
        //# for i < MF
        var s_${i}_${j} = Result();
        //# end
        //# end
        //# for k < KEY_K
        //# for i < MF
        let w_${i}_${k} = subgroupMatrixLoad<Left, row_major>(&room, weights_at + ${i}u * FM * PAIR_PITCH + ${k}u * (FK / 8u), PAIR_PITCH);
        //# end
        //# end
        //# for s < STRIPS
        //# for t < STRIP_K
        //# for j < KEY_F
        {
          let k = subgroupMatrixLoad<Right, col_major>(&room, keys_at + ${j}u * FN * PITCH + (${s}u * STRIP_K + ${t}u) * (FK / 8u), PITCH);
          //# for i < MF
          s_${i}_${j} = subgroupMatrixMultiplyAccumulate(q_${i}_${s}_${t}, k, s_${i}_${j});
          //# end
        }
        //# end
        //# for n < KEY_K
        //# for j < BESIDE
        {
          let beside = (${s}u * STRIP_K + ${t}u) * BESIDE + ${j}u;
          let v = subgroupMatrixLoad<Right, row_major>(&room, values_at + ${n}u * FK * PITCH + beside * (FN / 8u), PITCH);
          //# for i < MF
          o_${i}_${s}_${t}_${j} = subgroupMatrixMultiplyAccumulate(w_${i}_${n}, v, o_${i}_${s}_${t}_${j});
          //# end
        }
        //# end
        //# end
        //# end
        //# end
        //# for j < KEY_F
        //# for i < MF
        subgroupMatrixStore<row_major>(&room, scores_at + ${i}u * FM * PAIR_PITCH + ${j}u * (FN / 4u), s_${i}_${j}, PAIR_PITCH);
        //# end
        //# end
      } else if (tile + ${turn}u > 0u && tile + ${turn}u <= tiles) {
        let first_key = (tile + ${turn}u - 1u) * KEYS;
        //# for v < WEIGHTS8
        //# for u < 2
        var w_${v}_${u} = bitcast<vec4f>(room[own_scores + 2u * ${v}u + ${u}u]);
        //# end
        //# end
        if (first_key + KEYS > visible) {
          //# for v < WEIGHTS8
          //# for u < 2
          {
            let key = vec4u(first_key + ${v}u * 8u + ${u}u * 4u) + vec4u(0u, 1u, 2u, 3u);
            w_${v}_${u} = select(vec4f(MASKED), w_${v}_${u}, key < vec4u(visible));
          }
          //# end
          //# end
        }
        var peak = MASKED;
        //# for v < WEIGHTS8
        //# for u < 2
        peak = max(peak, max(max(w_${v}_${u}.x, w_${v}_${u}.y), max(w_${v}_${u}.z, w_${v}_${u}.w)));
        //# end
        //# end
        peak *= SCALE * LOG2_E;
        known = max(known, peak);
        if (highest == LEAST && peak > LEAST) { highest = peak + ROOM; }
        if (peak > highest + MOST) { is_outgrown = 1u; }
        var sum = vec4f();
        //# for v < WEIGHTS8
        //# for u < 2
        w_${v}_${u} = exp2(fma(w_${v}_${u}, vec4f(SCALE * LOG2_E), vec4f(-highest)));
        sum += w_${v}_${u};
        let packed_${v}_${u} = vec2(pack2x16float(w_${v}_${u}.xy), pack2x16float(w_${v}_${u}.zw));
        //# end
        room[own_scores + SCORES4 + ${v}u] = vec4(packed_${v}_0, packed_${v}_1);
        //# end
        total += sum.x + sum.y + sum.z + sum.w;
      }
      if (${turn}u == 1u) {
        //# for i < LOADS
        room[(tile + 1u) % 2u * TILE + to + ${i}u * ROW_STEP * PITCH] = key_ahead_${i};
        room[VALUES + tile % 2u * TILE + to + ${i}u * ROW_STEP * PITCH] = value_ahead_${i};
        //# end
      }
      workgroupBarrier();
      //# end
    }
    if (workgroupUniformLoad(&is_outgrown) == 0u) { break; }
    if (attempt == 0u) {
      highest = max(known, LEAST);
      total = 0.0;
      //# for i < MF
      //# for s < STRIPS
      //# for t < STRIP_K
      //# for j < BESIDE
      o_${i}_${s}_${t}_${j} = Result();
      //# end
      //# end
      //# end
      //# end
    }
  }

  let out = (group.x * KV_HEADS + kv_head) * PAIRS;
  let strip = subgroup * FM * STRIP_PITCH;
  scales[own + lane] = inverse(total);
  //# for i < MF
  //# for s < STRIPS
  workgroupBarrier();
  //# for t < STRIP_K
  //# for j < BESIDE
  subgroupMatrixStore<row_major>(&room, strip + (${t}u * BESIDE + ${j}u) * (FN / 4u), o_${i}_${s}_${t}_${j}, STRIP_PITCH);
  //# end
  //# end
  workgroupBarrier();
  put_strip(strip, own + ${i}u * FM, out + own + ${i}u * FM, ${s}u * STRIP_WIDTH, lane);
  //# end
  //# end
  stats[out + own + lane] = stat_of(highest / LOG2_E, total);
}

// One strip of o, whole lines at a time: see tile_matmul.wgsl. `own` is its first pair in the tile, `pair` among all parts.
fn put_strip(strip: u32, own: u32, pair: u32, column: u32, lane: u32) {
  for (var v = lane; v < FM * STRIP_WIDTH / 8u; v += SUBGROUP) {
    let row = v / (STRIP_WIDTH / 8u);
    let c = v % (STRIP_WIDTH / 8u);
    let here = strip + row * STRIP_PITCH + 2u * c;
    let scale = scales[own + row];
    parts[((pair + row) * WIDTH + column) / 8u + c] = halves_of(bitcast<vec4f>(room[here]) * scale, bitcast<vec4f>(room[here + 1u]) * scale);
  }
}
