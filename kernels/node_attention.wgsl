// o = softmax(q K^T / sqrt(d)) V over one stretch of one node, and L = ln(sum(exp(q K^T / sqrt(d))))
//
// q [T, H, d], keys and values [slots, K, d], o [parts, H, d], lse [parts, H], all f32: see attention-items.wgsl
//
// For nodes with many rows below them: one workgroup takes one item and one KV head, and its queries, the (row, head of
// the group) pairs, form one matrix, so a node's KV is read once for all of them. Sixteen keys at a time: scores in blocks
// of 4 pairs x 4 keys a thread, online softmax of each pair in workgroup memory, then 4 pairs x 16 elements of o a thread
// in registers. A key after the row's own position is masked, which only ever bites inside the row's own node.
// Hydragen (Juravsky et al., 2024) for the split, FlashAttention (Dao et al., 2022) for the online softmax.

// Injected: HEADS (H), KV_HEADS (K), WIDTH4 (d/4, a multiple of 4), SCALE (1/sqrt(d)).
const GROUP = HEADS / KV_HEADS;
const PAIRS = 64u;
const TILE = 16u;
const COLUMN_BLOCKS = WIDTH4 / 4u;
const THREADS = PAIRS / 4u * COLUMN_BLOCKS;

var<workgroup> query_start: array<u32, PAIRS>;
var<workgroup> visible: array<u32, PAIRS>;  // keys that the pair may see, counted from the item's first
var<workgroup> highest: array<f32, PAIRS>;
var<workgroup> total: array<f32, PAIRS>;
var<workgroup> shrink: array<f32, PAIRS>;
// Scores, then softmax weights: four vectors of four keys a pair.
var<workgroup> weights: array<vec4f, PAIRS * 4u>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let item = items[range.first_item + group.x];
  let kv_head = group.y;
  let pair_count = item.row_count * GROUP;
  for (var p = lane; p < PAIRS; p += THREADS) {
    // Pairs past the end repeat the last one and are never written.
    let pair = min(p, pair_count - 1u);
    let placed = item_rows[item.row_start + pair / GROUP];
    query_start[p] = (placed.x * HEADS + kv_head * GROUP + pair % GROUP) * WIDTH4;
    visible[p] = select(0u, min(item.key_count, placed.y + 1u - item.key_position), placed.y >= item.key_position);
    highest[p] = MASKED;
    total[p] = 0.0;
  }
  let own_pair = lane / COLUMN_BLOCKS * 4u;
  let own_column = lane % COLUMN_BLOCKS * 4u;
  var a00 = vec4f(); var a01 = vec4f(); var a02 = vec4f(); var a03 = vec4f();
  var a10 = vec4f(); var a11 = vec4f(); var a12 = vec4f(); var a13 = vec4f();
  var a20 = vec4f(); var a21 = vec4f(); var a22 = vec4f(); var a23 = vec4f();
  var a30 = vec4f(); var a31 = vec4f(); var a32 = vec4f(); var a33 = vec4f();
  workgroupBarrier();

  for (var tile = 0u; tile < item.key_count; tile += TILE) {
    for (var block = lane; block < PAIRS; block += THREADS) {
      let pair = block / 4u * 4u;
      let quad = block % 4u;
      if (pair < pair_count && tile + quad * 4u < item.key_count) {
        let k = kv_starts(item, tile + quad * 4u, kv_head);
        let q0 = query_start[pair]; let q1 = query_start[pair + 1u]; let q2 = query_start[pair + 2u]; let q3 = query_start[pair + 3u];
        var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
        for (var i = 0u; i < WIDTH4; i++) {
          let k0 = keys[k.x + i]; let k1 = keys[k.y + i]; let k2 = keys[k.z + i]; let k3 = keys[k.w + i];
          let x0 = q[q0 + i]; s0 += vec4f(dot(x0, k0), dot(x0, k1), dot(x0, k2), dot(x0, k3));
          let x1 = q[q1 + i]; s1 += vec4f(dot(x1, k0), dot(x1, k1), dot(x1, k2), dot(x1, k3));
          let x2 = q[q2 + i]; s2 += vec4f(dot(x2, k0), dot(x2, k1), dot(x2, k2), dot(x2, k3));
          let x3 = q[q3 + i]; s3 += vec4f(dot(x3, k0), dot(x3, k1), dot(x3, k2), dot(x3, k3));
        }
        let at = pair * 4u + quad;
        weights[at] = s0 * SCALE; weights[at + 4u] = s1 * SCALE; weights[at + 8u] = s2 * SCALE; weights[at + 12u] = s3 * SCALE;
      }
    }
    workgroupBarrier();
    for (var p = lane; p < pair_count; p += THREADS) { weigh(p, tile); }
    workgroupBarrier();
    if (own_pair < pair_count) {
      let f = vec4f(shrink[own_pair], shrink[own_pair + 1u], shrink[own_pair + 2u], shrink[own_pair + 3u]);
      a00 *= f.x; a01 *= f.x; a02 *= f.x; a03 *= f.x; a10 *= f.y; a11 *= f.y; a12 *= f.y; a13 *= f.y;
      a20 *= f.z; a21 *= f.z; a22 *= f.z; a23 *= f.z; a30 *= f.w; a31 *= f.w; a32 *= f.w; a33 *= f.w;
      for (var quad = 0u; quad < 4u && tile + quad * 4u < item.key_count; quad++) {
        let v = kv_starts(item, tile + quad * 4u, kv_head) + vec4u(own_column);
        let at = own_pair * 4u + quad;
        let w0 = weights[at]; let w1 = weights[at + 4u]; let w2 = weights[at + 8u]; let w3 = weights[at + 12u];
        for (var j = 0u; j < 4u; j++) {
          let start = v[j];
          let p = vec4f(w0[j], w1[j], w2[j], w3[j]);
          let v0 = values[start]; a00 += p.x * v0; a10 += p.y * v0; a20 += p.z * v0; a30 += p.w * v0;
          let v1 = values[start + 1u]; a01 += p.x * v1; a11 += p.y * v1; a21 += p.z * v1; a31 += p.w * v1;
          let v2 = values[start + 2u]; a02 += p.x * v2; a12 += p.y * v2; a22 += p.z * v2; a32 += p.w * v2;
          let v3 = values[start + 3u]; a03 += p.x * v3; a13 += p.y * v3; a23 += p.z * v3; a33 += p.w * v3;
        }
      }
    }
    workgroupBarrier();
  }
  put(item, kv_head, own_pair, own_column, a00, a01, a02, a03);
  put(item, kv_head, own_pair + 1u, own_column, a10, a11, a12, a13);
  put(item, kv_head, own_pair + 2u, own_column, a20, a21, a22, a23);
  put(item, kv_head, own_pair + 3u, own_column, a30, a31, a32, a33);
  for (var p = lane; p < pair_count; p += THREADS) {
    lse[part_of(item, kv_head, p)] = select(MASKED, highest[p] + log(total[p]), total[p] > 0.0);
  }
}

// Turns a pair's sixteen scores into weights, and keeps its running maximum and sum.
fn weigh(p: u32, tile: u32) {
  var peak = highest[p];
  for (var quad = 0u; quad < 4u; quad++) {
    let s = masked(p, tile, quad);
    peak = max(peak, max(max(s.x, s.y), max(s.z, s.w)));
  }
  let factor = exp(highest[p] - peak);
  var sum = total[p] * factor;
  for (var quad = 0u; quad < 4u; quad++) {
    let s = masked(p, tile, quad);
    let w = select(vec4f(0.0), exp(s - vec4f(peak)), s > vec4f(MASKED));
    weights[p * 4u + quad] = w;
    sum += w.x + w.y + w.z + w.w;
  }
  shrink[p] = factor;
  highest[p] = peak;
  total[p] = sum;
}

fn masked(p: u32, tile: u32, quad: u32) -> vec4f {
  let key = vec4u(tile + quad * 4u) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(MASKED), weights[p * 4u + quad], key < vec4u(visible[p]));
}

fn part_of(item: Item, kv_head: u32, pair: u32) -> u32 {
  return (item.part_start + pair / GROUP) * HEADS + kv_head * GROUP + pair % GROUP;
}

fn put(item: Item, kv_head: u32, pair: u32, column: u32, c0: vec4f, c1: vec4f, c2: vec4f, c3: vec4f) {
  if (pair >= item.row_count * GROUP) { return; }
  let share = select(0.0, 1.0 / total[pair], total[pair] > 0.0);
  let at = part_of(item, kv_head, pair) * WIDTH4 + column;
  o[at] = c0 * share; o[at + 1u] = c1 * share; o[at + 2u] = c2 * share; o[at + 3u] = c3 * share;
}
