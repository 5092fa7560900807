// o = softmax(q K^T / sqrt(d)) V over one stretch of one node, and L = ln(sum(exp(q K^T / sqrt(d))))
//
// q        [T, H, d] f32                          keys, values  [slots, K, d] f32
// items    one work item: a stretch of a node's keys and a tile of the rows that descend from it
// key_slots, item_rows   the lists that items point into; a row comes with its absolute position
// o        [parts, H, d] f32                      lse           [parts, H] f32, natural log
//
// For stretches with a single row, such as a candidate's own branch, where no query shares the keys: one workgroup takes
// one item, each query head is a thread and walks the keys by itself. Softmax is online, four keys a step. A key after
// the row's own position is masked. node_attention.wgsl computes the same for many rows.

// Injected: HEADS (H), KV_HEADS (K), WIDTH4 (d/4), SCALE (1/sqrt(d)).
const MASKED = -3.0e38;

struct Item {
  key_start: u32,     // first entry in key_slots
  key_count: u32,
  key_position: u32,  // absolute position of the first key
  row_start: u32,     // first entry in item_rows
  row_count: u32,     // 1
  part_start: u32,    // the row's part
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

@compute @workgroup_size(HEADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) head: u32) {
  let item = items[range.first_item + group.x];
  let kv_head = head / (HEADS / KV_HEADS);
  let placed = item_rows[item.row_start];
  // Keys that the row may see, counted from the item's first.
  let visible = select(0u, min(item.key_count, placed.y + 1u - item.key_position), placed.y >= item.key_position);

  var query: array<vec4f, WIDTH4>;
  var sum: array<vec4f, WIDTH4>;
  for (var i = 0u; i < WIDTH4; i++) { query[i] = q[(placed.x * HEADS + head) * WIDTH4 + i] * SCALE; }
  var highest = MASKED;
  var total = 0.0;
  for (var j = 0u; j < visible; j += 4u) {
    let k = kv_starts(item, j, kv_head);
    var s = vec4f();
    for (var i = 0u; i < WIDTH4; i++) {
      let qi = query[i];
      s += vec4f(dot(qi, keys[k.x + i]), dot(qi, keys[k.y + i]), dot(qi, keys[k.z + i]), dot(qi, keys[k.w + i]));
    }
    let seen = vec4u(j) + vec4u(0u, 1u, 2u, 3u) < vec4u(visible);
    s = select(vec4f(MASKED), s, seen);
    let peak = max(highest, max(max(s.x, s.y), max(s.z, s.w)));
    let shrink = exp(highest - peak);
    let p = select(vec4f(0.0), exp(s - vec4f(peak)), seen);
    total = total * shrink + p.x + p.y + p.z + p.w;
    highest = peak;
    for (var i = 0u; i < WIDTH4; i++) {
      sum[i] = sum[i] * shrink + p.x * values[k.x + i] + p.y * values[k.y + i] + p.z * values[k.z + i] + p.w * values[k.w + i];
    }
  }
  let part = item.part_start * HEADS + head;
  let share = select(0.0, 1.0 / total, total > 0.0);
  for (var i = 0u; i < WIDTH4; i++) { o[part * WIDTH4 + i] = sum[i] * share; }
  lse[part] = select(MASKED, highest + log(total), total > 0.0);
}

// Where four neighbouring keys begin in the KV buffers; keys past the end repeat the last one: finite, and masked.
fn kv_starts(item: Item, first: u32, kv_head: u32) -> vec4u {
  let last = item.key_start + item.key_count - 1u;
  let at = item.key_start + first;
  let slots = vec4u(
    key_slots[at], key_slots[min(at + 1u, last)], key_slots[min(at + 2u, last)], key_slots[min(at + 3u, last)]);
  return (slots * KV_HEADS + kv_head) * WIDTH4;
}
