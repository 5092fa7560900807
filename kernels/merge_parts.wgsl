// o[t] = sum_i(e^(m_i - M) o_i) / sum_i(e^(m_i - M) l_i),  M = max_i m_i, over all parts of row t
//
// tile_parts, tile_stats  see tile_attention.wgsl      row_parts, row_stats  see row_attention.wgsl
// o  [T, pitch] f16, the heads side by side
//
// A thread merges four neighbours of one head, of every SHARES-th part: few rows have many parts and threads to spare. Parts come
// in the order of the path from the root, AT_ONCE at a time, so that their loads overlap. A part that is not here has l = 0 and
// may hold anything.

// Injected: KV_HEADS GROUP (G) GROUP_TO WIDTH SHARES AT_ONCE, and TILES where there may be parts of shared nodes
const MASKED = -3.0e38;
const WIDTH4 = WIDTH / 4u;
const OUTS = select(WIDTH4, 64u, SHARES == 1u);
const THREADS = OUTS * SHARES;

struct Shape { pitch4: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> plan: array<u32>;
@group(0) @binding(2) var<storage, read> row_parts: array<vec4f>;
@group(0) @binding(3) var<storage, read> row_stats: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> o: array<vec2<u32>>;
//# if TILES
@group(0) @binding(5) var<storage, read> tile_parts: array<vec4f>;
@group(0) @binding(6) var<storage, read> tile_stats: array<vec2f>;
//# end
var<workgroup> shares: array<Sum, THREADS>;

// Sums relative to the highest score so far.
struct Sum { peak: f32, weight: f32, value: vec4f }

fn relative_to(sum: Sum, peak: f32) -> Sum {
  let factor = exp(sum.peak - peak);
  return Sum(peak, sum.weight * factor, sum.value * factor);
}

fn plus(sum: Sum, stat: vec2f, value: vec4f) -> Sum {
  let factor = exp(stat.x - sum.peak);
  let is_here = stat.y > 0.0;
  return Sum(sum.peak, sum.weight + select(0.0, factor * stat.y, is_here), sum.value + select(vec4f(), factor * value, is_here));
}

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
  var sum = Sum(MASKED, 0.0, vec4f());

  //# if TILES
  // A row's heads may lie in two tiles.
  let pairs = plan[TILE_PAIRS];
  let end_tile = list(ROW_TILE_STARTS, row + 1u);
  for (var tile = list(ROW_TILE_STARTS, row); tile < end_tile; tile++) {
    let entry = plan[ROW_TILES] + tile * ROW_TILE_WORDS;
    let heads = plan[entry + 1u];
    let first = plan[entry] + kv_head * pairs + head;
    let count = select(0u, heads >> 16u, head >= (heads & 255u) && head < ((heads >> 8u) & 255u));
    for (var i = share; i < count; i += SHARES * AT_ONCE) {
      var peak = sum.peak;
      //# for u < AT_ONCE
      let part_${u} = first + min(i + ${u}u * SHARES, count - 1u) * KV_HEADS * pairs;
      let value_${u} = tile_parts[part_${u} * WIDTH4 + at];
      let stat_${u} = select(vec2f(MASKED, 0.0), tile_stats[part_${u}], i + ${u}u * SHARES < count);
      peak = max(peak, stat_${u}.x);
      //# end
      sum = relative_to(sum, peak);
      //# for u < AT_ONCE
      sum = plus(sum, stat_${u}, value_${u});
      //# end
    }
  }
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
  let value = sum.value * select(0.0, 1.0 / sum.weight, sum.weight > 0.0);
  o[row * shape.pitch4 + kv_head * GROUP * WIDTH4 + out] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
}
