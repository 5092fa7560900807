// o = softmax(q K^T / sqrt(d)) V over one stretch of one node, and L = ln(sum(exp(q K^T / sqrt(d))))
//
// q [T, H, d], keys and values [slots, K, d], o [parts, H, d], lse [parts, H], all f32: see attention-items.wgsl
//
// node_attention.wgsl for software adapters with subgroups, where a load goes lane by lane and swapping within four
// threads is cheap (matmul_quads.wgsl): one quad takes 16 of an item's (row, head of the group) pairs, 4 a thread, and 16
// keys at a time, of which each thread loads 4. Scores go to the thread that owns their pair by swaps, values to all by
// broadcasts, so there is no workgroup memory and no barrier. Sums run over the keys in their order whichever thread owns
// the pair: a row's bits do not depend on its place among the others.

// Injected: HEADS (H), KV_HEADS (K), WIDTH4 (d/4), SCALE (1/sqrt(d)).
const GROUP = HEADS / KV_HEADS;
const PAIRS = 16u;
const TILE = 16u;

// A pair's softmax weights of sixteen keys, four to a column, with its running maximum and sum.
struct Weighed { weights: mat4x4f, highest: f32, total: f32, shrink: f32 }

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) invocation: u32) {
  let item = items[range.first_item + group.x];
  let kv_head = group.y;
  let pair_count = item.row_count * GROUP;
  if (group.z * PAIRS >= pair_count) { return; }
  let lane = invocation & 3u;
  let own = group.z * PAIRS + lane * 4u;
  // Pairs past the end repeat the last one and are never written.
  let pairs = min(vec4u(own, own + 1u, own + 2u, own + 3u), vec4u(pair_count - 1u));
  let q0 = query_start(item, kv_head, pairs.x); let q1 = query_start(item, kv_head, pairs.y);
  let q2 = query_start(item, kv_head, pairs.z); let q3 = query_start(item, kv_head, pairs.w);
  let visible = vec4u(
    visible_keys(item, pairs.x), visible_keys(item, pairs.y), visible_keys(item, pairs.z), visible_keys(item, pairs.w));
  var highest = vec4f(MASKED);
  var total = vec4f();
  var sums: array<vec4f, WIDTH4 * 4u>;

  for (var tile = 0u; tile < item.key_count; tile += TILE) {
    let kv = kv_starts(item, min(tile + lane * 4u, item.key_count - 1u), kv_head);
    // s<i><j>: pair i of those that lane ^ j owns, with this thread's four keys.
    var s00 = vec4f(); var s01 = vec4f(); var s02 = vec4f(); var s03 = vec4f();
    var s10 = vec4f(); var s11 = vec4f(); var s12 = vec4f(); var s13 = vec4f();
    var s20 = vec4f(); var s21 = vec4f(); var s22 = vec4f(); var s23 = vec4f();
    var s30 = vec4f(); var s31 = vec4f(); var s32 = vec4f(); var s33 = vec4f();
    for (var i = 0u; i < WIDTH4; i++) {
      let k = mat4x4f(keys[kv.x + i], keys[kv.y + i], keys[kv.z + i], keys[kv.w + i]);
      let x0 = q[q0 + i];
      s00 += dots(x0, k); s01 += dots(quadSwapX(x0), k); s02 += dots(quadSwapY(x0), k); s03 += dots(quadSwapDiagonal(x0), k);
      let x1 = q[q1 + i];
      s10 += dots(x1, k); s11 += dots(quadSwapX(x1), k); s12 += dots(quadSwapY(x1), k); s13 += dots(quadSwapDiagonal(x1), k);
      let x2 = q[q2 + i];
      s20 += dots(x2, k); s21 += dots(quadSwapX(x2), k); s22 += dots(quadSwapY(x2), k); s23 += dots(quadSwapDiagonal(x2), k);
      let x3 = q[q3 + i];
      s30 += dots(x3, k); s31 += dots(quadSwapX(x3), k); s32 += dots(quadSwapY(x3), k); s33 += dots(quadSwapDiagonal(x3), k);
    }
    let p0 = weigh(of_own_pair(lane, s00, s01, s02, s03), tile, visible.x, highest.x, total.x);
    let p1 = weigh(of_own_pair(lane, s10, s11, s12, s13), tile, visible.y, highest.y, total.y);
    let p2 = weigh(of_own_pair(lane, s20, s21, s22, s23), tile, visible.z, highest.z, total.z);
    let p3 = weigh(of_own_pair(lane, s30, s31, s32, s33), tile, visible.w, highest.w, total.w);
    highest = vec4f(p0.highest, p1.highest, p2.highest, p3.highest);
    total = vec4f(p0.total, p1.total, p2.total, p3.total);
    for (var c = 0u; c < WIDTH4; c++) {
      let v = mat4x4f(values[kv.x + c], values[kv.y + c], values[kv.z + c], values[kv.w + c]);
      let v0 = mat4x4f(quadBroadcast(v[0], 0u), quadBroadcast(v[1], 0u), quadBroadcast(v[2], 0u), quadBroadcast(v[3], 0u));
      let v1 = mat4x4f(quadBroadcast(v[0], 1u), quadBroadcast(v[1], 1u), quadBroadcast(v[2], 1u), quadBroadcast(v[3], 1u));
      let v2 = mat4x4f(quadBroadcast(v[0], 2u), quadBroadcast(v[1], 2u), quadBroadcast(v[2], 2u), quadBroadcast(v[3], 2u));
      let v3 = mat4x4f(quadBroadcast(v[0], 3u), quadBroadcast(v[1], 3u), quadBroadcast(v[2], 3u), quadBroadcast(v[3], 3u));
      let at = c * 4u;
      sums[at] = sums[at] * p0.shrink + v0 * p0.weights[0] + v1 * p0.weights[1] + v2 * p0.weights[2] + v3 * p0.weights[3];
      sums[at + 1u] = sums[at + 1u] * p1.shrink + v0 * p1.weights[0] + v1 * p1.weights[1] + v2 * p1.weights[2] + v3 * p1.weights[3];
      sums[at + 2u] = sums[at + 2u] * p2.shrink + v0 * p2.weights[0] + v1 * p2.weights[1] + v2 * p2.weights[2] + v3 * p2.weights[3];
      sums[at + 3u] = sums[at + 3u] * p3.shrink + v0 * p3.weights[0] + v1 * p3.weights[1] + v2 * p3.weights[2] + v3 * p3.weights[3];
    }
  }

  for (var i = 0u; i < 4u; i++) {
    let pair = own + i;
    if (pair >= pair_count) { return; }
    let part = (item.part_start + pair / GROUP) * HEADS + kv_head * GROUP + pair % GROUP;
    let share = select(0.0, 1.0 / total[i], total[i] > 0.0);
    for (var c = 0u; c < WIDTH4; c++) { o[part * WIDTH4 + c] = sums[c * 4u + i] * share; }
    lse[part] = select(MASKED, highest[i] + log(total[i]), total[i] > 0.0);
  }
}

fn query_start(item: Item, kv_head: u32, pair: u32) -> u32 {
  let row = item_rows[item.row_start + pair / GROUP].x;
  return (row * HEADS + kv_head * GROUP + pair % GROUP) * WIDTH4;
}

// Keys that the pair may see, counted from the item's first.
fn visible_keys(item: Item, pair: u32) -> u32 {
  let position = item_rows[item.row_start + pair / GROUP].y;
  return select(0u, min(item.key_count, position + 1u - item.key_position), position >= item.key_position);
}

fn dots(x: vec4f, k: mat4x4f) -> vec4f {
  return vec4f(dot(x, k[0]), dot(x, k[1]), dot(x, k[2]), dot(x, k[3]));
}

// The sixteen scores of a pair in the order of their keys, from what the four threads have of it.
fn of_own_pair(lane: u32, s0: vec4f, s1: vec4f, s2: vec4f, s3: vec4f) -> mat4x4f {
  // Column j has the keys of lane ^ j.
  let a = mat4x4f(s0, quadSwapX(s1), quadSwapY(s2), quadSwapDiagonal(s3));
  let odd = (lane & 1u) != 0u;
  let b = mat4x4f(select(a[0], a[1], odd), select(a[1], a[0], odd), select(a[2], a[3], odd), select(a[3], a[2], odd));
  let high = (lane & 2u) != 0u;
  return mat4x4f(select(b[0], b[2], high), select(b[1], b[3], high), select(b[2], b[0], high), select(b[3], b[1], high));
}

fn weigh(scores: mat4x4f, tile: u32, visible: u32, highest: f32, total: f32) -> Weighed {
  let key = vec4u(tile) + vec4u(0u, 1u, 2u, 3u);
  let seen0 = key < vec4u(visible); let seen1 = key + vec4u(4u) < vec4u(visible);
  let seen2 = key + vec4u(8u) < vec4u(visible); let seen3 = key + vec4u(12u) < vec4u(visible);
  let s0 = select(vec4f(MASKED), scores[0] * SCALE, seen0); let s1 = select(vec4f(MASKED), scores[1] * SCALE, seen1);
  let s2 = select(vec4f(MASKED), scores[2] * SCALE, seen2); let s3 = select(vec4f(MASKED), scores[3] * SCALE, seen3);
  let m = max(max(s0, s1), max(s2, s3));
  let peak = max(highest, max(max(m.x, m.y), max(m.z, m.w)));
  let w = mat4x4f(
    select(vec4f(), exp(s0 - vec4f(peak)), seen0), select(vec4f(), exp(s1 - vec4f(peak)), seen1),
    select(vec4f(), exp(s2 - vec4f(peak)), seen2), select(vec4f(), exp(s3 - vec4f(peak)), seen3));
  let shrink = exp(highest - peak);
  let sum = w[0] + w[1] + w[2] + w[3];
  return Weighed(w, peak, total * shrink + sum.x + sum.y + sum.z + sum.w, shrink);
}
