// o = sum_j(e^(s_j - m) v_j),  l = sum_j(e^(s_j - m)),  s = q K^T / sqrt(d), over a stretch of the keys that one row attends
// by itself, by subgroup matrices or, where there are none, by registers
//
// q  [K, T * G, d] f16      keys, values  [slots, K, d] f16
// parts  [stretches, K, GROUP_TO, d] f32, not yet divided by l; heads from G on are not written      stats  likewise (m, l)
// With MERGES each row has one stretch and there are no parts: the workgroup adds what the row's shared nodes have left, and
// writes o  [T, pitch] f16, the heads side by side.
//
// One workgroup takes one stretch and one KV head, so that a candidate's own KV is read once. The G heads of the group are the
// columns of S^T = K q^T and of o^T = V^T w^T: a matrix is narrower than it is high, so that little of it is padding. All
// scores of the stretch are there before the first weight is, so that nothing is rescaled. Keys, then values pass through one
// tile of workgroup memory. All keys are asked for at once, and the values of a tile as soon as its keys have left their
// registers. With TURNS, q is not read but made of the product y, and so are the key and the value of the row's own token, which
// the stretch with that token writes to the KV store: what rope_store.wgsl does, for few rows without a dispatch of its own.
// Tiles are small, because several workgroups at once hide the waits, and an NVIDIA GPU has 48 KiB for all of them: with many
// rows so small that half of the subgroups have no keys for the scores.
//
// With REGISTERS a thread has one key of a tile and some of the heads for the scores. For o it has the vectors of the values that
// it loads, with all heads, so that values need no workgroup memory; the threads' sums meet at the end, a head at a time.

// Injected: those of lanes.wgsl and of part-sums.wgsl, HEADS GROUP (G) GROUP_TO (whole matrices of it) SCALE SUBGROUPS KEYS STRETCH
// (keys of the longest, in STRETCH_TILES), LOADS a thread makes for a tile, HEADS_EACH of a subgroup and SCORES_EACH of a lane in
// the softmax; TURNS, perhaps NORMED with EPSILON, or READS for q as it lies; MERGES, with MERGED_EACH vectors of o of a thread,
// or LEAVES; REGISTERS with KEY_HEADS of a thread, or MATRICES with FM FN FK and, in matrices, GROUP_N (of GROUP_TO across),
// KEY_K (of KEYS deep, FM of each subgroup that has some), WIDTH_M (of a subgroup's share of WIDTH down), WIDTH_K (of WIDTH deep)
const THREADS = SUBGROUP * SUBGROUPS;
const WIDTH8 = WIDTH / 8u;
const PITCH = WIDTH8 + 1u;
const SCORE_PITCH = STRETCH + 4u;
const ROW_STEP = THREADS / WIDTH8;

//# if MATRICES
const SUM_PITCH = WIDTH4 + 1u;
alias Left = subgroup_matrix_left<f16, FK, FM>;
alias Right = subgroup_matrix_right<f16, FN, FK>;
alias Result = subgroup_matrix_result<f32, FN, FM>;
//# end
//# if REGISTERS
fn low(eight: vec4<u32>) -> vec4f { return vec4f(unpack2x16float(eight.x), unpack2x16float(eight.y)); }
fn high(eight: vec4<u32>) -> vec4f { return vec4f(unpack2x16float(eight.z), unpack2x16float(eight.w)); }
var<workgroup> q_rows: array<vec4<u32>, GROUP * WIDTH8>;
//# end

//# if READS
struct Shape { pairs: u32, pitch4: u32 }  // T * G, with T as q is padded
@group(0) @binding(1) var<storage, read> q: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> keys: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> values: array<vec4<u32>>;
//# end
//# if TURNS
// y  [T, pitch] f32, the heads of q, then k, then v      bias, with NORMED and the gains: see rope_store.wgsl      angles  [positions, d/2] (cos, sin)
struct Shape { pitch2: u32, is_biased: u32 }
@group(0) @binding(1) var<storage, read> y: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> keys: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> values: array<vec4<u32>>;
@group(0) @binding(7) var<storage, read> bias: array<vec2f>;
@group(0) @binding(8) var<storage, read> angles: array<vec4f>;
const HALF = WIDTH / 2u;
const EACH = HALF / 2u;
const TURNED_PITCH = HALF + 4u;
// The heads of q, the key and the value, each a row.
var<workgroup> turned: array<u32, (GROUP_TO + 2u) * TURNED_PITCH>;

// Two neighbouring pairs of a head: vector i2 of its lower half and of its upper one.
struct Pairs { low: vec2f, high: vec2f }

fn pairs_of(row: u32, kv_head: u32, which: u32, i2: u32) -> Pairs {
  let head = select(HEADS + (which - GROUP) * KV_HEADS + kv_head, kv_head * GROUP + which, which < GROUP);
  let at = head * HALF + i2;
  let pairs = Pairs(y[row * shape.pitch2 + at], y[row * shape.pitch2 + at + EACH]);
  if (shape.is_biased == 0u) { return pairs; }
  return Pairs(pairs.low + bias[at], pairs.high + bias[at + EACH]);
}

// Turns two neighbouring pairs at a time, see rope_store.wgsl.
fn turn(row: u32, kv_head: u32, thread: u32) {
  let place = (list(POSITIONS, row) + moved()) * EACH;
  //# if NORMED
  // Their squares lie where the scores will.
  for (var i = thread; i < (GROUP + 1u) * EACH; i += THREADS) {
    let pairs = pairs_of(row, kv_head, i / EACH, i % EACH);
    scores[i] = bitcast<u32>(dot(pairs.low, pairs.low) + dot(pairs.high, pairs.high));
  }
  workgroupBarrier();
  //# end
  for (var i = thread; i < (GROUP + 2u) * EACH; i += THREADS) {
    let which = i / EACH;
    let i2 = i % EACH;
    let pairs = pairs_of(row, kv_head, which, i2);
    var low = pairs.low;
    var high = pairs.high;
    //# if NORMED
    if (which <= GROUP) {
      var total = 0.0;
      for (var other = 0u; other < EACH; other++) { total += bitcast<f32>(scores[which * EACH + other]); }
      let scale = inverseSqrt(total / f32(WIDTH) + EPSILON);
      let gain = (HEADS + 2u * KV_HEADS) * HALF + select(0u, HALF, which == GROUP) + i2;
      low *= scale * bias[gain];
      high *= scale * bias[gain + EACH];
    }
    //# end
    let angle = select(vec4f(1.0, 0.0, 1.0, 0.0), angles[place + i2], which <= GROUP);
    let to = select(GROUP_TO + which - GROUP, which, which < GROUP) * TURNED_PITCH + i2;
    turned[to] = pack2x16float(low * angle.xz - high * angle.yw);
    turned[to + EACH] = pack2x16float(high * angle.xz + low * angle.yw);
  }
}

fn turned_vector(row: u32, at: u32) -> vec4<u32> {
  let begin = row * TURNED_PITCH + at * 4u;
  return vec4(turned[begin], turned[begin + 1u], turned[begin + 2u], turned[begin + 3u]);
}

// Vector `at` of the key (0) or the value (1).
fn fresh(which: u32, at: u32) -> vec4<u32> { return turned_vector(GROUP_TO + which, at); }
//# end
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(4) var<storage, read> plan: array<u32>;
//# if LEAVES
@group(0) @binding(5) var<storage, read_write> parts: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;
//# end
//# if MERGES
@group(0) @binding(7) var<storage, read_write> o: array<vec2<u32>>;
var<workgroup> own_stats: array<vec2f, GROUP>;
//# end
var<workgroup> kv_tile: array<vec4<u32>, KEYS * PITCH>;
// f32, then the weights: as they are, or for matrices as f16 in the first half of each row.
var<workgroup> scores: array<u32, GROUP_TO * SCORE_PITCH>;

// Where the KV store has vector `at` of the key in a slot.
fn vector_of(slot: u32, kv_head: u32, at: u32) -> u32 { return (slot * KV_HEADS + kv_head) * WIDTH8 + at; }

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  let kv_head = group.y;
  let part = (group.x * KV_HEADS + kv_head) * GROUP_TO;
  let stretch = STRETCHES + group.x * STRETCH_WORDS;
  let row = plan[stretch];
  let key_start = plan[stretch + 1u];
  // Negative before the row reaches this stretch.
  let count = u32(clamp(bitcast<i32>(plan[stretch + 2u] + moved()), 0, bitcast<i32>(plan[stretch + 3u])));
  if (count == 0u) {
    //# if LEAVES
    if (thread < GROUP) { stats[part + thread] = vec2f(MASKED, 0.0); }
    //# end
    return;
  }
  let last = count - 1u;

  //# if MERGES
  let tiles = tiles_of(row);
  //# end
  // This thread's part of the tiles: one vector of every ROW_STEP-th key.
  let at = thread % WIDTH8;
  let first = min(thread / WIDTH8, KEYS - 1u);
  let to = first * PITCH + at;
  //# for t < STRETCH_TILES
  //# for i < LOADS
  let slot_${t}_${i} = vector_of(plan[key_start + min(${t}u * KEYS + first + ${i}u * ROW_STEP, last)], kv_head, at);
  //# end
  //# end
  //# for t < STRETCH_TILES
  //# for i < LOADS
  var ahead_${t}_${i} = keys[slot_${t}_${i}];
  //# end
  //# end
  //# if READS
  let q_at = (kv_head * shape.pairs + row * GROUP) * WIDTH8;
  //# if REGISTERS
  for (var v = thread; v < GROUP * WIDTH8; v += THREADS) { q_rows[v] = q[q_at + v]; }
  //# end
  //# if MATRICES
  //# for k < WIDTH_K
  //# for n < GROUP_N
  let q_${k}_${n} = subgroupMatrixLoad<Right, col_major>(&q, q_at + ${n}u * FN * WIDTH8 + ${k}u * (FK / 8u), WIDTH8);
  //# end
  //# end
  //# end
  //# end
  //# if TURNS
  turn(row, kv_head, thread);
  workgroupBarrier();
  //# if REGISTERS
  for (var v = thread; v < GROUP * WIDTH8; v += THREADS) { q_rows[v] = turned_vector(v / WIDTH8, v % WIDTH8); }
  //# end
  //# if MATRICES
  //# for k < WIDTH_K
  //# for n < GROUP_N
  let q_${k}_${n} = subgroupMatrixLoad<Right, col_major>(&turned, ${n}u * FN * TURNED_PITCH + ${k}u * (FK / 2u), TURNED_PITCH);
  //# end
  //# end
  //# end
  // The row's own token is the last of the last stretch that it has reached.
  let fresh_key = select(STRETCH, last, plan[stretch + 2u] + moved() == count);
  if (fresh_key == last && thread < 2u * WIDTH8) {
    let slot = (plan[key_start + last] * KV_HEADS + kv_head) * WIDTH8 + thread % WIDTH8;
    if (thread < WIDTH8) { keys[slot] = fresh(0u, thread); } else { values[slot] = fresh(1u, thread - WIDTH8); }
  }
  //# end
  //# if MATRICES
  let own_key = subgroup * FM;
  //# end
  //# if REGISTERS
  let own_key = thread % KEYS;
  let own_head = thread / KEYS * KEY_HEADS;
  //# end
  //# for t < STRETCH_TILES
  if (${t}u * KEYS < count) {
    //# for i < LOADS
    //# if TURNS
    if (min(${t}u * KEYS + first + ${i}u * ROW_STEP, last) == fresh_key) { ahead_${t}_${i} = fresh(0u, at); }
    //# end
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${t}_${i};
    //# end
    workgroupBarrier();
    //# for i < LOADS
    ahead_${t}_${i} = values[slot_${t}_${i}];
    //# end
    //# if MATRICES
    if (subgroup < KEYS / FM) {
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
      subgroupMatrixStore<col_major>(&scores, ${n}u * FN * SCORE_PITCH + ${t}u * KEYS + own_key, s_${n}, SCORE_PITCH);
      //# end
    }
    //# end
    //# if REGISTERS
    //# for h < KEY_HEADS
    var s_${h} = 0.0;
    //# end
    for (var k = 0u; k < WIDTH8; k++) {
      let key = kv_tile[own_key * PITCH + k];
      let key_low = low(key);
      let key_high = high(key);
      //# for h < KEY_HEADS
      {
        let query = q_rows[min(own_head + ${h}u, GROUP - 1u) * WIDTH8 + k];
        s_${h} += dot(low(query), key_low) + dot(high(query), key_high);
      }
      //# end
    }
    //# for h < KEY_HEADS
    if (own_head + ${h}u < GROUP) { scores[(own_head + ${h}u) * SCORE_PITCH + ${t}u * KEYS + own_key] = bitcast<u32>(s_${h}); }
    //# end
    //# end
    workgroupBarrier();
  }
  //# end

  // Each subgroup has some of the heads. Keys beyond `count` are the last one again: their weight is 0.
  //# for h < HEADS_EACH
  let head_${h} = min(subgroup + ${h}u * SUBGROUPS, GROUP - 1u);
  var peak_${h} = MASKED;
  //# for j < SCORES_EACH
  let score_${h}_${j} = select(MASKED, bitcast<f32>(scores[head_${h} * SCORE_PITCH + lane + ${j}u * SUBGROUP]) * SCALE, lane + ${j}u * SUBGROUP < count);
  peak_${h} = max(peak_${h}, score_${h}_${j});
  //# end
  peak_${h} = max_of_lanes(peak_${h}, thread);
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
      //# if REGISTERS
      scores[head_${h} * SCORE_PITCH + lane + ${j}u * SUBGROUP] = bitcast<u32>(weight);
      //# end
      //# if MATRICES
      // Two neighbours to a word.
      let other = across(weight, 1u, thread);
      if (lane % 2u == 0u) { scores[head_${h} * SCORE_PITCH + (lane + ${j}u * SUBGROUP) / 2u] = pack2x16float(vec2f(weight, other)); }
      //# end
    }
    //# end
    sum = sum_of_lanes(sum, thread);
    //# if LEAVES
    if (lane == 0u) { stats[part + head_${h}] = vec2f(peak_${h}, sum); }
    //# end
    //# if MERGES
    if (lane == 0u) { own_stats[head_${h}] = vec2f(peak_${h}, sum); }
    //# end
  }
  //# end

  //# if MATRICES
  let own_width = subgroup * WIDTH_M * FM;
  //# for m < WIDTH_M
  //# for n < GROUP_N
  var o_${m}_${n} = Result();
  //# end
  //# end
  //# for t < STRETCH_TILES
  if (${t}u * KEYS < count) {
    //# for i < LOADS
    //# if TURNS
    if (min(${t}u * KEYS + first + ${i}u * ROW_STEP, last) == fresh_key) { ahead_${t}_${i} = fresh(1u, at); }
    //# end
    kv_tile[to + ${i}u * ROW_STEP * PITCH] = ahead_${t}_${i};
    //# end
    workgroupBarrier();
    //# for k < KEY_K
    //# for n < GROUP_N
    let w_${k}_${n} = subgroupMatrixLoad<Right, col_major>(&scores, ${n}u * FN * SCORE_PITCH + (${t}u * KEYS + ${k}u * FK) / 2u, SCORE_PITCH);
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
  //# end
  //# for m < WIDTH_M
  //# for n < GROUP_N
  subgroupMatrixStore<col_major>(&kv_tile, ${n}u * FN * SUM_PITCH + (own_width + ${m}u * FM) / 4u, o_${m}_${n}, SUM_PITCH);
  //# end
  //# end
  //# if MERGES
  // Not before: what this needs would take the registers of the keys.
  //# for e < MERGED_EACH
  let out_${e} = min(thread + ${e}u * THREADS, GROUP * WIDTH4 - 1u);
  let shared_${e} = sum_of_tiles(tiles, kv_head, out_${e} / WIDTH4, out_${e} % WIDTH4, 0u);
  //# end
  //# end
  // Whole lines, and no heads that are padding: see tile_matmul.wgsl.
  workgroupBarrier();
  //# if LEAVES
  for (var v = thread; v < GROUP * WIDTH4; v += THREADS) {
    parts[part * WIDTH4 + v] = bitcast<vec4f>(kv_tile[v / WIDTH4 * SUM_PITCH + v % WIDTH4]);
  }
  //# end
  //# if MERGES
  //# for e < MERGED_EACH
  if (thread + ${e}u * THREADS < GROUP * WIDTH4) {
    let stat = own_stats[out_${e} / WIDTH4];
    let own = bitcast<vec4f>(kv_tile[out_${e} / WIDTH4 * SUM_PITCH + out_${e} % WIDTH4]);
    let sum = plus(relative_to(shared_${e}, max(shared_${e}.peak, stat.x)), stat, own);
    o[row * shape.pitch4 + kv_head * GROUP * WIDTH4 + out_${e}] = halves_of(sum);
  }
  //# end
  //# end
  //# end
  //# if REGISTERS
  workgroupBarrier();
  //# for h < GROUP
  var o_${h}_low = vec4f();
  var o_${h}_high = vec4f();
  //# end
  //# for t < STRETCH_TILES
  if (${t}u * KEYS < count) {
    //# for i < LOADS
    {
      let key = ${t}u * KEYS + first + ${i}u * ROW_STEP;
      //# if TURNS
      if (min(key, last) == fresh_key) { ahead_${t}_${i} = fresh(1u, at); }
      //# end
      let value_low = low(ahead_${t}_${i});
      let value_high = high(ahead_${t}_${i});
      //# for h < GROUP
      {
        let weight = bitcast<f32>(scores[${h}u * SCORE_PITCH + key]);
        o_${h}_low = fma(vec4f(weight), value_low, o_${h}_low);
        o_${h}_high = fma(vec4f(weight), value_high, o_${h}_high);
      }
      //# end
    }
    //# end
  }
  //# end
  //# for h < GROUP
  kv_tile[2u * thread] = bitcast<vec4<u32>>(o_${h}_low);
  kv_tile[2u * thread + 1u] = bitcast<vec4<u32>>(o_${h}_high);
  workgroupBarrier();
  for (var v = thread; v < 2u * WIDTH8; v += THREADS) {
    var sum = vec4f();
    for (var other = 0u; other < ROW_STEP; other++) { sum += bitcast<vec4f>(kv_tile[2u * WIDTH8 * other + v]); }
    parts[(part + ${h}u) * 2u * WIDTH8 + v] = sum;
  }
  workgroupBarrier();
  //# end
  //# end
}
