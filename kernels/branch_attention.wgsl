// o = softmax(q K^T / sqrt(d)) V over one stretch of one node, and L = ln(sum(exp(q K^T / sqrt(d))))
//
// q [T, H, d], keys and values [slots, K, d], o [parts, H, d], lse [parts, H], all f32: see attention-items.wgsl
//
// For stretches with a single row, such as a candidate's own branch, where no query shares the keys: one workgroup takes
// one item, each query head is a thread and walks the keys by itself. Softmax is online, four keys a step. A key after
// the row's own position is masked. node_attention.wgsl computes the same for many rows.

// Injected: HEADS (H), KV_HEADS (K), WIDTH4 (d/4), SCALE (1/sqrt(d)).

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
