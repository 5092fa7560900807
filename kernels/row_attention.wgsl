// o[t] = merged attention of row t: the keys it attends by itself, and the parts that tile_attention.wgsl left for it
//
// q  [K, T * G, d] f16      keys, values  [slots, K, d] f16      parts, stats  see tile_attention.wgsl
// o  [T, pitch] f16, the heads side by side
//
// One workgroup takes one row and one KV head: WIDTH / 8 lanes share a key, online softmax for all G heads of the group at
// once, so that a candidate's own KV is read once. What the lanes found meets by shuffles, the subgroups and the parts meet
// in workgroup memory: sum_i(e^(m_i - M) o_i) / sum_i(e^(m_i - M) l_i). Parts come in the order of the path from the root.

// Injected: HEADS KV_HEADS GROUP (G) WIDTH SCALE SUBGROUP SUBGROUPS PAIRS OUTS (G * WIDTH / 4 over the threads), and AHEAD keys
// that a team has under way
const AT_ONCE = 64u;  // parts that are merged at a time
const SLOTS_AT_ONCE = 256u;  // keys whose places are looked up at a time
const MASKED = -3.0e38;
const LANES = WIDTH / 8u;
const TEAMS = SUBGROUP / LANES;  // keys that a subgroup takes at once
const THREADS = SUBGROUP * SUBGROUPS;
const WIDTH4 = WIDTH / 4u;

struct Shape { pairs: u32, pitch4: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> q: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> keys: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> values: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read> parts: array<vec4f>;
@group(0) @binding(6) var<storage, read> stats: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> o: array<vec2<u32>>;
var<workgroup> own_o: array<vec4f, SUBGROUPS * GROUP * WIDTH4>;
var<workgroup> own_stats: array<vec2f, SUBGROUPS * GROUP>;
var<workgroup> slots: array<u32, SLOTS_AT_ONCE>;
var<workgroup> part_at: array<u32, AT_ONCE * GROUP>;
var<workgroup> part_stats: array<vec2f, AT_ONCE * GROUP>;

fn low(v: vec4<u32>) -> vec4f { return vec4f(unpack2x16float(v.x), unpack2x16float(v.y)); }
fn high(v: vec4<u32>) -> vec4f { return vec4f(unpack2x16float(v.z), unpack2x16float(v.w)); }

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let row = group.x;
  let kv_head = group.y;
  let first_pair = row * GROUP;
  let at = lane % LANES;
  //# for h < GROUP
  let query_${h} = q[(kv_head * shape.pairs + first_pair + ${h}u) * LANES + at];
  let query_low_${h} = low(query_${h}) * SCALE;
  let query_high_${h} = high(query_${h}) * SCALE;
  var sum_low_${h} = vec4f();
  var sum_high_${h} = vec4f();
  var highest_${h} = MASKED;
  var total_${h} = 0.0;
  //# end
  // The first parts are looked up before the keys, so that the one wait covers the other.
  let first_item = list(ROW_ITEM_STARTS, row);
  let end_item = list(ROW_ITEM_STARTS, row + 1u);
  find_parts(first_item, min(AT_ONCE, end_item - first_item), kv_head, first_pair, thread);
  let own_start = list(OWN_RANGES, 2u * row);
  let own_count = list(OWN_RANGES, 2u * row + 1u) + moved();
  let own_range = list(RANGE_STARTS, row + 1u);
  for (var r = list(RANGE_STARTS, row); r <= own_range; r++) {
    var start = own_start;
    var count = own_count;
    if (r < own_range) {
      start = list(RANGES, 2u * r);
      count = list(RANGES, 2u * r + 1u);
    }
    start += plan[KEY_SLOTS];
    for (var chunk = 0u; chunk < count; chunk += SLOTS_AT_ONCE) {
      let in_chunk = min(SLOTS_AT_ONCE, count - chunk);
      workgroupBarrier();
      for (var i = thread; i < in_chunk; i += THREADS) { slots[i] = plan[start + chunk + i]; }
      workgroupBarrier();
      // The same number of rounds for every lane: they shuffle. Several keys at a time, so that their loads overlap.
      for (var j = 0u; j < in_chunk; j += SUBGROUPS * TEAMS * AHEAD) {
        let first = j + subgroup * TEAMS + lane / LANES;
        //# for u < AHEAD
        let key_${u} = first + ${u}u * SUBGROUPS * TEAMS;
        let slot_${u} = (slots[min(key_${u}, in_chunk - 1u)] * KV_HEADS + kv_head) * LANES + at;
        //# end
        //# for u < AHEAD
        let k_${u} = keys[slot_${u}];
        let v_${u} = values[slot_${u}];
        //# end
        //# for u < AHEAD
        //# for h < GROUP
        var s_${u}_${h} = dot(query_low_${h}, low(k_${u})) + dot(query_high_${h}, high(k_${u}));
        //# end
        //# end
        for (var mask = 1u; mask < LANES; mask *= 2u) {
          //# for u < AHEAD
          //# for h < GROUP
          s_${u}_${h} += subgroupShuffleXor(s_${u}_${h}, mask);
          //# end
          //# end
        }
        // All keys of the round meet one highest score, so that sums are rescaled once.
        //# for h < GROUP
        {
          var peak = highest_${h};
          //# for u < AHEAD
          s_${u}_${h} = select(MASKED, s_${u}_${h}, key_${u} < in_chunk);
          peak = max(peak, s_${u}_${h});
          //# end
          let factor = exp(highest_${h} - peak);
          highest_${h} = peak;
          total_${h} *= factor;
          sum_low_${h} *= factor;
          sum_high_${h} *= factor;
          //# for u < AHEAD
          s_${u}_${h} = select(0.0, exp(s_${u}_${h} - peak), key_${u} < in_chunk);
          total_${h} += s_${u}_${h};
          //# end
        }
        //# end
        //# for u < AHEAD
        {
          let v_low = low(v_${u});
          let v_high = high(v_${u});
          //# for h < GROUP
          sum_low_${h} += s_${u}_${h} * v_low;
          sum_high_${h} += s_${u}_${h} * v_high;
          //# end
        }
        //# end
      }
    }
  }
  //# for h < GROUP
  for (var mask = LANES; mask < SUBGROUP; mask *= 2u) {
    let peak = max(highest_${h}, subgroupShuffleXor(highest_${h}, mask));
    let factor = exp(highest_${h} - peak);
    highest_${h} = peak;
    total_${h} *= factor;
    total_${h} += subgroupShuffleXor(total_${h}, mask);
    sum_low_${h} *= factor;
    sum_low_${h} += subgroupShuffleXor(sum_low_${h}, mask);
    sum_high_${h} *= factor;
    sum_high_${h} += subgroupShuffleXor(sum_high_${h}, mask);
  }
  if (lane < LANES) {
    let to = (subgroup * GROUP + ${h}u) * WIDTH4 + at * 2u;
    own_o[to] = sum_low_${h};
    own_o[to + 1u] = sum_high_${h};
    if (lane == 0u) { own_stats[subgroup * GROUP + ${h}u] = vec2f(highest_${h}, total_${h}); }
  }
  //# end
  workgroupBarrier();

  // Each thread merges OUTS vectors of four: first what the subgroups found, then the parts, some at a time.
  //# for u < OUTS
  let out_${u} = min(thread + ${u}u * THREADS, GROUP * WIDTH4 - 1u);
  let head_${u} = out_${u} / WIDTH4;
  var peak_${u} = MASKED;
  var value_${u} = vec4f();
  var weight_${u} = 0.0;
  for (var s = 0u; s < SUBGROUPS; s++) {
    let stat = own_stats[s * GROUP + head_${u}];
    let peak = max(peak_${u}, stat.x);
    let was = exp(peak_${u} - peak);
    let factor = exp(stat.x - peak);
    value_${u} = value_${u} * was + factor * own_o[(s * GROUP + head_${u}) * WIDTH4 + out_${u} % WIDTH4];
    weight_${u} = weight_${u} * was + factor * stat.y;
    peak_${u} = peak;
  }
  //# end
  for (var p0 = first_item; p0 < end_item; p0 += AT_ONCE) {
    let count = min(AT_ONCE, end_item - p0);
    if (p0 > first_item) {
      workgroupBarrier();
      find_parts(p0, count, kv_head, first_pair, thread);
      workgroupBarrier();
    }
    // Several parts at a time, so that their loads overlap. A part that is not here has l = 0 and may hold anything.
    //# for u < OUTS
    {
      var peak = peak_${u};
      for (var p = 0u; p < count; p++) { peak = max(peak, part_stats[p * GROUP + head_${u}].x); }
      let was = exp(peak_${u} - peak);
      value_${u} *= was;
      weight_${u} *= was;
      peak_${u} = peak;
      for (var p = 0u; p < count; p += 4u) {
        //# for v < 4
        let index_${v} = min(p + ${v}u, count - 1u) * GROUP + head_${u};
        let part_${v} = parts[part_at[index_${v}] * WIDTH4 + out_${u} % WIDTH4];
        //# end
        //# for v < 4
        {
          let stat = part_stats[index_${v}];
          let is_here = p + ${v}u < count && stat.y > 0.0;
          let factor = select(0.0, exp(stat.x - peak), is_here);
          value_${u} += select(vec4f(0.0), factor * part_${v}, is_here);
          weight_${u} += factor * stat.y;
        }
        //# end
      }
    }
    //# end
  }
  //# for u < OUTS
  {
    let value = value_${u} * select(0.0, 1.0 / weight_${u}, weight_${u} > 0.0);
    o[row * shape.pitch4 + kv_head * GROUP * WIDTH4 + out_${u}] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
  }
  //# end
}

// Where `count` parts of the row's heads lie, and their (m, l).
fn find_parts(first: u32, count: u32, kv_head: u32, first_pair: u32, thread: u32) {
  for (var i = thread; i < count * GROUP; i += THREADS) {
    let index = list(ROW_ITEMS, first + i / GROUP);
    let item = plan[ITEMS] + index * ITEM_WORDS;
    let offset = first_pair + i % GROUP - plan[item + 3u];
    // A row's heads may lie in two tiles: not every item of the row has all of them.
    let is_here = offset < plan[item + 4u];
    let part = select(0u, (index * KV_HEADS + kv_head) * PAIRS + offset, is_here);
    part_at[i] = part;
    part_stats[i] = select(vec2f(MASKED, 0.0), stats[part], is_here);
  }
}
