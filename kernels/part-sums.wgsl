// Sums of softmax(q K^T) V over some of a row's keys, relative to the highest score among them, and those of its shared nodes
//
// tile_parts, tile_stats  see tile-items.wgsl, whose items of a row come in the order of the path from the root
//
// A thread adds up four neighbours of one head, of every SHARES-th part, AT_ONCE at a time, so that their loads overlap. A part
// that is not here has l = 0 and may hold anything.

// Injected: KV_HEADS WIDTH, and TILES where there may be parts of shared nodes, with SHARES AT_ONCE
const MASKED = -3.0e38;
const WIDTH4 = WIDTH / 4u;
//# if TILES
@group(0) @binding(5) var<storage, read> tile_parts: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read> tile_stats: array<vec2f>;
//# end

struct Sum { peak: f32, weight: f32, value: vec4f }

const NOTHING = Sum(MASKED, 0.0, vec4f());

fn relative_to(sum: Sum, peak: f32) -> Sum {
  let factor = exp(sum.peak - peak);
  return Sum(peak, sum.weight * factor, sum.value * factor);
}

fn plus(sum: Sum, stat: vec2f, value: vec4f) -> Sum {
  let factor = exp(stat.x - sum.peak);
  let is_here = stat.y > 0.0;
  return Sum(sum.peak, sum.weight + select(0.0, factor * stat.y, is_here), sum.value + select(vec4f(), factor * value, is_here));
}

fn halves_of(sum: Sum) -> vec2<u32> {
  let value = sum.value * select(0.0, 1.0 / sum.weight, sum.weight > 0.0);
  return vec2(pack2x16float(value.xy), pack2x16float(value.zw));
}
//# if TILES

// Entries of ROW_TILES: first and end.
fn tiles_of(row: u32) -> vec2u { return vec2u(list(ROW_TILE_STARTS, row), list(ROW_TILE_STARTS, row + 1u)); }

fn sum_of_tiles(tiles: vec2u, kv_head: u32, head: u32, at: u32, share: u32) -> Sum {
  var sum = NOTHING;
  let pairs = plan[TILE_PAIRS];
  // A row's heads may lie in two tiles.
  for (var tile = tiles.x; tile < tiles.y; tile++) {
    let entry = plan[ROW_TILES] + tile * ROW_TILE_WORDS;
    let heads = plan[entry + 1u];
    let first = plan[entry] + kv_head * pairs + head;
    let count = select(0u, heads >> 16u, head >= (heads & 255u) && head < ((heads >> 8u) & 255u));
    for (var i = share; i < count; i += SHARES * AT_ONCE) {
      var peak = sum.peak;
      //# for u < AT_ONCE
      let part_${u} = first + min(i + ${u}u * SHARES, count - 1u) * KV_HEADS * pairs;
      let halves_${u} = tile_parts[part_${u} * WIDTH4 + at];
      let stat_${u} = select(vec2f(MASKED, 0.0), tile_stats[part_${u}], i + ${u}u * SHARES < count);
      peak = max(peak, stat_${u}.x);
      //# end
      sum = relative_to(sum, peak);
      //# for u < AT_ONCE
      sum = plus(sum, stat_${u}, vec4f(unpack2x16float(halves_${u}.x), unpack2x16float(halves_${u}.y)));
      //# end
    }
  }
  return sum;
}
//# end
