// o = softmax(q K^T / sqrt(d)) V over one stretch of one node, and L = ln(sum(exp(q K^T / sqrt(d))))
//
// q        [T, H, d] f32                          keys, values  [slots, K, d] f32
// items    one work item: a stretch of a node's keys and a tile of the rows that descend from it
// key_slots, item_rows   the lists that items point into; a row comes with its absolute position
// o        [parts, H, d] f32                      lse           [parts, H] f32, natural log
//
// One workgroup takes one item and one KV head. Its queries are (row, head of the group) pairs, one a thread; K and V are
// staged sixteen keys at a time in workgroup memory, so a node's KV is read once for all of an item's rows. Softmax is
// online, four keys a step. A key after the row's own position is masked, which only ever bites inside the row's own node.
// Hydragen (Juravsky et al., 2024) for the split, FlashAttention (Dao et al., 2022) for the online softmax.

// Injected: HEADS (H), KV_HEADS (K), WIDTH4 (d/4), PAIRS (threads), SCALE (1/sqrt(d)).
const GROUP = HEADS / KV_HEADS;
const TILE = 16u;
const MASKED = -3.0e38;

struct Item {
  key_start: u32,     // first entry in key_slots
  key_count: u32,
  key_position: u32,  // absolute position of the first key
  row_start: u32,     // first entry in item_rows
  row_count: u32,     // at most PAIRS / GROUP
  part_start: u32,    // where the parts of the item's rows begin
}
struct Range { first_item: u32 }
var<immediate> range: Range;
@group(0) @binding(0) var<storage, read> q: array<vec4f>;
@group(0) @binding(1) var<storage, read> keys: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<vec4f>;
@group(0) @binding(3) var<storage, read> items: array<Item>;
@group(0) @binding(4) var<storage, read> key_slots: array<u32>;
@group(0) @binding(5) var<storage, read> item_rows: array<vec2u>;
@group(0) @binding(6) var<storage, read_write> o: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> lse: array<f32>;
var<workgroup> key_tile: array<vec4f, TILE * WIDTH4>;
var<workgroup> value_tile: array<vec4f, TILE * WIDTH4>;

@compute @workgroup_size(PAIRS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let item = items[range.first_item + group.x];
  let kv_head = group.y;
  let index = lane / GROUP;
  let head = kv_head * GROUP + lane % GROUP;
  let is_live = index < item.row_count;
  let placed = item_rows[item.row_start + min(index, item.row_count - 1u)];
  let row = placed.x;
  let position = placed.y;
  // Keys that this row may see, counted from the item's first.
  let is_below = is_live && position >= item.key_position;
  let visible = select(0u, min(item.key_count, position + 1u - item.key_position), is_below);

  var query: array<vec4f, WIDTH4>;
  var sum: array<vec4f, WIDTH4>;
  for (var i = 0u; i < WIDTH4; i++) { query[i] = q[(row * HEADS + head) * WIDTH4 + i] * SCALE; }
  var highest = MASKED;
  var total = 0.0;

  for (var tile = 0u; tile < item.key_count; tile += TILE) {
    let filled = min(TILE, item.key_count - tile);
    for (var i = lane; i < TILE * WIDTH4; i += PAIRS) {
      // Rows past the end repeat the last key: finite numbers, masked below.
      let slot = key_slots[item.key_start + tile + min(i / WIDTH4, filled - 1u)];
      let at = (slot * KV_HEADS + kv_head) * WIDTH4 + i % WIDTH4;
      key_tile[i] = keys[at];
      value_tile[i] = values[at];
    }
    workgroupBarrier();
    for (var j = 0u; j < TILE && tile + j < visible; j += 4u) {
      let k0 = j * WIDTH4; let k1 = k0 + WIDTH4; let k2 = k1 + WIDTH4; let k3 = k2 + WIDTH4;
      var s = vec4f();
      for (var i = 0u; i < WIDTH4; i++) {
        let qi = query[i];
        s += vec4f(dot(qi, key_tile[k0 + i]), dot(qi, key_tile[k1 + i]), dot(qi, key_tile[k2 + i]), dot(qi, key_tile[k3 + i]));
      }
      let seen = vec4u(tile + j) + vec4u(0u, 1u, 2u, 3u) < vec4u(visible);
      s = select(vec4f(MASKED), s, seen);
      let peak = max(highest, max(max(s.x, s.y), max(s.z, s.w)));
      let shrink = exp(highest - peak);
      let p = select(vec4f(0.0), exp(s - vec4f(peak)), seen);
      total = total * shrink + p.x + p.y + p.z + p.w;
      highest = peak;
      for (var i = 0u; i < WIDTH4; i++) {
        sum[i] = sum[i] * shrink
          + p.x * value_tile[k0 + i] + p.y * value_tile[k1 + i] + p.z * value_tile[k2 + i] + p.w * value_tile[k3 + i];
      }
    }
    workgroupBarrier();
  }
  if (!is_live) { return; }
  let part = (item.part_start + index) * HEADS + head;
  let share = select(0.0, 1.0 / total, total > 0.0);
  for (var i = 0u; i < WIDTH4; i++) { o[part * WIDTH4 + i] = sum[i] * share; }
  lse[part] = select(MASKED, highest + log(total), total > 0.0);
}
