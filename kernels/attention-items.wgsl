// What the two kernels of node attention share: work items, bindings, and how keys are found.
//
// q        [T, H, d] f32                          keys, values  [slots, K, d] f32
// items    one work item: a stretch of a node's keys and a tile of the rows that descend from it
// key_slots, item_rows   the lists that items point into; a row comes with its absolute position
// o        [parts, H, d] f32                      lse           [parts, H] f32, natural log
//
// attention/plan.ts writes the items.

const MASKED = -3.0e38;

struct Item {
  key_start: u32,     // first entry in key_slots
  key_count: u32,
  key_position: u32,  // absolute position of the first key
  row_start: u32,     // first entry in item_rows
  row_count: u32,     // one for branch_attention, at most 64 pairs of (row, head of a group) for node_attention
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

// Where four neighbouring keys begin in the KV buffers; keys past the end repeat the last one: finite, and masked.
fn kv_starts(item: Item, first: u32, kv_head: u32) -> vec4u {
  let last = item.key_start + item.key_count - 1u;
  let at = item.key_start + first;
  let slots = vec4u(
    key_slots[at], key_slots[min(at + 1u, last)], key_slots[min(at + 2u, last)], key_slots[min(at + 3u, last)]);
  return (slots * KV_HEADS + kv_head) * WIDTH4;
}
