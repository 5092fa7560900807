// o[t] = sum_i(e^(m_i - M) o_i) / sum_i(e^(m_i - M) l_i),  M = max_i m_i, over all parts of row t
//
// row_parts, row_stats  see row_attention.wgsl, and part-sums.wgsl for those of shared nodes
// o  [T, pitch] f16, the heads side by side
//
// Few rows have many parts and threads to spare: SHARES of these share the parts of one output.

// Injected: those of part-sums.wgsl, GROUP (G) GROUP_TO SHARES AT_ONCE
const OUTS = select(WIDTH4, 64u, SHARES == 1u);
const THREADS = OUTS * SHARES;

struct Shape { pitch4: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> row_parts: array<vec4f>;
@group(0) @binding(3) var<storage, read> row_stats: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> o: array<vec2<u32>>;
var<workgroup> shares: array<Sum, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = group.x;
  let kv_head = group.y;
  let share = thread / OUTS;
  let out = min(group.z * OUTS + thread % OUTS, GROUP * WIDTH4 - 1u);
  let head = out / WIDTH4;
  let at = out % WIDTH4;
  let first_stretch = list(STRETCH_STARTS, row);
  let end_stretch = list(STRETCH_STARTS, row + 1u);
  var sum = NOTHING;
  //# if TILES
  sum = sum_of_tiles(tiles_of(row), kv_head, head, at, share);
  //# end
  for (var i = first_stretch + share; i < end_stretch; i += SHARES * AT_ONCE) {
    var peak = sum.peak;
    //# for u < AT_ONCE
    let part_${u} = (min(i + ${u}u * SHARES, end_stretch - 1u) * KV_HEADS + kv_head) * GROUP_TO + head;
    let value_${u} = row_parts[part_${u} * WIDTH4 + at];
    let stat_${u} = select(vec2f(MASKED, 0.0), row_stats[part_${u}], i + ${u}u * SHARES < end_stretch);
    peak = max(peak, stat_${u}.x);
    //# end
    sum = relative_to(sum, peak);
    //# for u < AT_ONCE
    sum = plus(sum, stat_${u}, value_${u});
    //# end
  }

  if (SHARES > 1u) {
    shares[thread] = sum;
    workgroupBarrier();
    if (share > 0u) { return; }
    for (var s = 1u; s < SHARES; s++) {
      let other = shares[thread + s * OUTS];
      sum = relative_to(sum, max(sum.peak, other.peak));
      let factor = exp(other.peak - sum.peak);
      sum.weight += factor * other.weight;
      sum.value += factor * other.value;
    }
  }
  if (group.z * OUTS + thread >= GROUP * WIDTH4) { return; }
  o[row * shape.pitch4 + kv_head * GROUP * WIDTH4 + out] = halves_of(sum);
}
