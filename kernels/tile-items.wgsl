// o = sum_j(e^(s_j - m) v_j) / l,  l = sum_j(e^(s_j - m)),  s = q K^T / sqrt(d), over one stretch of one node: what
// tile_attention.wgsl, turn_attention.wgsl and block_attention.wgsl read and write
//
// q  [K, T * G, d] f16, the pairs of (row, head of the group) of one KV head side by side      keys, values  [slots, K, d] f16
// parts  [items, K, PAIRS, d] f16      stats  [items, K, PAIRS] (m + ln l, 1), or l = 0 where a pair sees none of the keys
//
// One workgroup takes one item and one KV head: PAIRS queries against KEYS keys at a time, so that a node's KV is read once
// for all rows below it (Hydragen, 2402.05099). A key after the row's own position is masked.

// Injected: HEADS KV_HEADS WIDTH SCALE.
const MASKED = -3.0e38;
const GROUP = HEADS / KV_HEADS;
const WIDTH8 = WIDTH / 8u;
const PITCH = WIDTH8 + 1u;  // of a key in workgroup memory

struct Shape { pairs: u32 }  // T * G, with T as q is padded
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> q: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> keys: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> values: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read_write> parts: array<vec4<u32>>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;

// As plan-lists.wgsl has it; `key_start` is a place of the plan.
struct Item { key_start: u32, key_count: u32, key_position: u32, pair_start: u32, pair_count: u32 }

fn item_of(index: u32) -> Item {
  let at = plan[ITEMS] + index * ITEM_WORDS;
  return Item(plan[KEY_SLOTS] + plan[at], plan[at + 1u], plan[at + 2u], plan[at + 3u], plan[at + 4u]);
}

// Keys that a pair of the item may see.
fn visible_to(item: Item, pair: u32) -> u32 {
  let row = (item.pair_start + min(pair, item.pair_count - 1u)) / GROUP;
  let place = list(POSITIONS, row) + moved();
  return select(0u, min(item.key_count, place + 1u - item.key_position), place >= item.key_position);
}

fn stat_of(highest: f32, total: f32) -> vec2f {
  return select(vec2f(MASKED, 0.0), vec2f(highest + log(total), 1.0), total > 0.0);
}

// Nothing for a pair that sees no keys.
fn inverse(total: f32) -> f32 { return select(0.0, 1.0 / total, total > 0.0); }

fn halves_of(low: vec4f, high: vec4f) -> vec4<u32> {
  return vec4(pack2x16float(low.xy), pack2x16float(low.zw), pack2x16float(high.xy), pack2x16float(high.zw));
}

// Where the KV store has vector `at` of the key in a slot.
fn vector_of(slot: u32, kv_head: u32, at: u32) -> u32 { return (slot * KV_HEADS + kv_head) * WIDTH8 + at; }
