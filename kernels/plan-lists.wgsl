// The lists of one forward pass, all in one buffer of u32, as fast/plan.ts writes them: word 0 is the step, which the GPU
// counts up itself, words 1 to 11 say where each list starts, but for word 9; word 13 how many pairs a tile has. Rows are the
// T queries of the pass. A row that grows (a candidate in a decode step) has its position, its slot and the end of its own
// branch move by one each step.
const STEP = 0u;
const STRETCHES = 16u;   // where they start, always: STRETCH_WORDS each, a stretch of the keys that a row attends by itself
const KEY_SLOTS = 2u;    // where each key of a list of keys lies in the KV store
const POSITIONS = 3u;    // [T] absolute position at step 0
const SLOTS = 4u;        // [T] entry of KEY_SLOTS with the row's own slot at step 0
const ITEMS = 5u;        // ITEM_WORDS each: a stretch of a node's keys for a tile of (row, head of a group) pairs
const ROW_TILES = 6u;    // ROW_TILE_WORDS each: the items, one after the other, that have one tile's heads of a row
const ROW_TILE_STARTS = 7u;   // [T + 1] into ROW_TILES
const STRETCH_STARTS = 8u;    // [T + 1] into STRETCHES
const GROWS = 9u;        // no list: 1 where rows grow
const WANTED = 10u;      // rows whose logits are wanted
const TOKENS = 11u;      // [T] token ids, read at step 0 of rows that are new
const TILE_PAIRS = 13u;
const ITEM_WORDS = 5u;   // key_start, key_count, key_position, pair_start, pair_count
const ROW_TILE_WORDS = 2u;    // the part of head 0 in the first item, first head | end of heads << 8 | items << 16
const STRETCH_WORDS = 4u;     // row, where its slots are in the plan, keys of the row from there on at step 0, keys at most

fn list(which: u32, at: u32) -> u32 { return plan[plan[which] + at]; }
fn moved() -> u32 { return plan[STEP] * plan[GROWS]; }
