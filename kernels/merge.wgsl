// o[t] = sum_i(e^(L_i - M) o_i) / sum_i(e^(L_i - M)),  M = max_i L_i, over the parts i of row t
//
// part_o  [parts, H, d] f32      part_lse  [parts, H] f32, natural log; below -1e38 means an empty part
// row_starts  [T + 1] into row_parts      row_parts  the parts of each row, root first      o  [T, H, d] f32
// One thread merges four neighbouring elements of one head. The order of the parts is the path from the root, so the
// sum runs in the same order whatever else is in the batch. Hydragen (2402.05099), section 3.1.

// Injected: HEADS (H), WIDTH4 (d/4).
const EMPTY = -1.0e38;
@group(0) @binding(0) var<storage, read> part_o: array<vec4f>;
@group(0) @binding(1) var<storage, read> part_lse: array<f32>;
@group(0) @binding(2) var<storage, read> row_starts: array<u32>;
@group(0) @binding(3) var<storage, read> row_parts: array<u32>;
@group(0) @binding(4) var<storage, read_write> o: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= HEADS * WIDTH4) { return; }
  let head = id.x / WIDTH4;
  let row = id.y;
  let first = row_starts[row];
  let end = row_starts[row + 1u];
  var highest = -3.0e38;
  for (var i = first; i < end; i++) { highest = max(highest, part_lse[row_parts[i] * HEADS + head]); }
  var sum = vec4f();
  var total = 0.0;
  for (var i = first; i < end; i++) {
    let part = row_parts[i] * HEADS + head;
    let l = part_lse[part];
    if (l > EMPTY) {
      let weight = exp(l - highest);
      total += weight;
      sum += weight * part_o[part * WIDTH4 + id.x % WIDTH4];
    }
  }
  o[row * HEADS * WIDTH4 + id.x] = sum * select(0.0, 1.0 / total, total > 0.0);
}
