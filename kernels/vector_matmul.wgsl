// y = x W^T for one row, or a few: every weight is read once, 16 bytes a lane
//
// x  [T, K] f16      w  [N, K] f16, or int8 or int4 as quantize.wgsl writes them      K a multiple of 64
// y by output: PARTIAL  [T, N] f32;  SWIGLU  [T, N / 2] f16 = silu(gate) * up, where GLU gate rows of W alternate with their
// GLU up rows; GELU  [T, N] f16 = gelu(x W^T). With NORMS, x is not read but made: the norm of the residual stream after it has
// taken the product before, by RMS or with LAYER, see norm.wgsl.
// Every workgroup makes it anew, which costs less than a dispatch of its own; the first one writes the stream back.
// Integer weights are multiplied with integers: x becomes int8, with a scale for each group of 32 as they have one, and four
// products are one instruction. So x is always copied to workgroup memory there.
//
// PARTS teams of LANES threads, a subgroup or half of one, share the STREAMS rows of W that one owner has (one row; with SwiGLU a
// gate row and its up row) and walk K together, 16 bytes a lane and UNROLL loads under way; lanes meet as lanes.wgsl says, teams in
// workgroup memory. The first weights are asked for before x is made: they do not wait for it. A workgroup takes ROUNDS times as many
// owners, one after the other, so that fewer of them read x.

// Injected: those of lanes.wgsl, LANES T PARTS OWNERS ROUNDS UNROLL SWIGLU GELU ACTIVATES STREAMS GLU BIASED PARTIAL EIGHTS (of 16
// bytes) HALVES INT8 INT4 QUANTIZED, and one of NORMS, STAGES, where x is copied to workgroup memory first, and READS; with NORMS also
// WIDTH (D) EPSILON LAYER RMS, without READS PITCH8 (K / 8)
const THREADS = LANES * PARTS * OWNERS;

struct Shape { depth8: u32, pitch: u32, has_product: u32, is_product_biased: u32, product_pitch4: u32, scales_at: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> w: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
//# if PARTIAL
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
//# end
//# if ACTIVATES
@group(0) @binding(4) var<storage, read_write> y: array<u32>;
//# end
var<workgroup> sums: array<f32, OWNERS * PARTS * T * STREAMS>;

// x in workgroup memory: `keep` takes the eight numbers from `eight * 8` on. All threads call it together.
//# if HALVES
//# if NORMS
var<workgroup> kept: array<vec4<u32>, T * PITCH8>;

fn keep(t: u32, eight: u32, low: vec4f, high: vec4f, thread: u32) {
  if (eight >= PITCH8) { return; }
  kept[t * PITCH8 + eight] = vec4(
    pack2x16float(low.xy), pack2x16float(low.zw), pack2x16float(high.xy), pack2x16float(high.zw));
}

fn x_at(t: u32, eight: u32) -> vec4<u32> { return kept[t * PITCH8 + eight]; }
//# end
//# end
//# if QUANTIZED
// The first eights of all groups, then the second ones: neighbouring lanes read neighbouring words. Of each group the scale, and
// what is to be taken away from its products because of OFFSET, which weights are stored above their value.
const GROUPS = PITCH8 / 4u;
var<workgroup> kept: array<vec2<u32>, T * PITCH8>;
var<workgroup> kept_groups: array<vec2f, T * GROUPS>;
//# if INT8
fn in_order(low: vec4<i32>, high: vec4<i32>) -> vec2<u32> { return vec2(pack4xI8(low.xzyw), pack4xI8(high.xzyw)); }
//# end
//# if INT4
const OFFSET = 8.0;
fn in_order(low: vec4<i32>, high: vec4<i32>) -> vec2<u32> {
  return vec2(pack4xI8(vec4(low.x, high.x, low.y, high.y)), pack4xI8(vec4(low.z, high.z, low.w, high.w)));
}
//# end

fn keep(t: u32, eight: u32, low: vec4f, high: vec4f, thread: u32) {
  let sizes = max(abs(low), abs(high));
  // Four neighbouring threads have a group.
  let scale = max_of(4u, max(max(sizes.x, sizes.y), max(sizes.z, sizes.w)), thread) / 127.0;
  let by = select(0.0, 1.0 / scale, scale > 0.0);
  let low_q = vec4<i32>(round(low * by));
  let high_q = vec4<i32>(round(high * by));
  //# if INT4
  let all = low_q + high_q;
  let taken = OFFSET * scale * sum_of(4u, f32(all.x + all.y + all.z + all.w), thread);
  //# end
  //# if INT8
  let taken = 0.0;
  //# end
  if (eight >= PITCH8) { return; }
  kept[t * PITCH8 + eight % 4u * GROUPS + eight / 4u] = in_order(low_q, high_q);
  if (eight % 4u == 0u) { kept_groups[t * GROUPS + eight / 4u] = vec2f(scale, taken); }
}

fn x_at(t: u32, eight: u32) -> vec2<u32> { return kept[t * PITCH8 + eight % 4u * GROUPS + eight / 4u]; }
//# end
//# if NORMS
// stream  [T, D] f32, before; product  [T, product_pitch] f32; gain  [D], with LAYER then bias [D]; stream_after  [T, D]
@group(0) @binding(1) var<storage, read> stream: array<vec4f>;
@group(0) @binding(5) var<storage, read> product: array<vec4f>;
@group(0) @binding(6) var<storage, read> product_bias: array<vec4f>;
@group(0) @binding(7) var<storage, read> gain: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> stream_after: array<vec4f>;
const VECTORS = WIDTH / 4u;
const VALUES = (PITCH8 + THREADS - 1u) / THREADS;
var<workgroup> row_sums: array<f32, THREADS / SUBGROUP>;

fn sum_of_row(mine: f32, thread: u32, subgroup: u32, lane: u32) -> f32 {
  let sum = sum_of_lanes(mine, thread);
  if (lane == 0u) { row_sums[subgroup] = sum; }
  workgroupBarrier();
  var total = 0.0;
  for (var s = 0u; s < THREADS / SUBGROUP; s++) { total += row_sums[s]; }
  return total;
}

// Four numbers of the stream after it has taken the product; beyond its end zeros.
fn streamed(t: u32, at: u32, is_first: bool) -> vec4f {
  if (at >= VECTORS) { return vec4f(); }
  var value = stream[t * VECTORS + at];
  if (shape.has_product == 1u) { value += product[t * shape.product_pitch4 + at]; }
  if (shape.is_product_biased == 1u) { value += product_bias[at]; }
  if (is_first) { stream_after[t * VECTORS + at] = value; }
  return value;
}

fn make_x(t: u32, group: u32, thread: u32, subgroup: u32, lane: u32) {
  var values: array<array<vec4f, 2>, VALUES>;
  var mine = 0.0;
  for (var i = 0u; i < VALUES; i++) {
    for (var half = 0u; half < 2u; half++) {
      let value = streamed(t, 2u * (thread + i * THREADS) + half, group == 0u);
      values[i][half] = value;
      //# if RMS
      mine += dot(value, value);
      //# end
      //# if LAYER
      mine += dot(value, vec4f(1.0));
      //# end
    }
  }
  //# if LAYER
  let mean = sum_of_row(mine, thread, subgroup, lane) / f32(WIDTH);
  mine = 0.0;
  for (var i = 0u; i < VALUES; i++) {
    for (var half = 0u; half < 2u; half++) {
      if (2u * (thread + i * THREADS) + half >= VECTORS) { continue; }
      values[i][half] -= mean;
      mine += dot(values[i][half], values[i][half]);
    }
  }
  workgroupBarrier();
  //# end
  let scale = inverseSqrt(sum_of_row(mine, thread, subgroup, lane) / f32(WIDTH) + EPSILON);
  for (var i = 0u; i < VALUES; i++) {
    let eight = thread + i * THREADS;
    let at = min(vec2(2u * eight, 2u * eight + 1u), vec2(VECTORS - 1u));
    var low = values[i][0] * scale * gain[at.x];
    var high = values[i][1] * scale * gain[at.y];
    //# if LAYER
    low += gain[VECTORS + at.x];
    high += gain[VECTORS + at.y];
    //# end
    keep(t, eight, low, high, thread);
  }
  workgroupBarrier();
}
//# end
//# if STAGES
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
fn stage_x(thread: u32) {
  for (var t = 0u; t < T; t++) {
    for (var first = 0u; first < PITCH8; first += THREADS) {
      let eight = x[t * PITCH8 + min(first + thread, PITCH8 - 1u)];
      let low = vec4f(unpack2x16float(eight.x), unpack2x16float(eight.y));
      keep(t, first + thread, low, vec4f(unpack2x16float(eight.z), unpack2x16float(eight.w)), thread);
    }
  }
  workgroupBarrier();
}
//# end
//# if READS
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
fn x_at(t: u32, eight: u32) -> vec4<u32> { return x[t * shape.depth8 + eight]; }
//# end

// What `multiply` takes of x: the part that the `index`-th 16 bytes of any row of W are multiplied with.
//# if HALVES
alias Operand = vec4<u32>;
fn operand(t: u32, index: u32) -> Operand { return x_at(t, index); }

fn multiply(a: Operand, b: vec4<u32>) -> f32 {
  return dot(vec4f(unpack2x16float(a.x), unpack2x16float(a.y)), vec4f(unpack2x16float(b.x), unpack2x16float(b.y)))
    + dot(vec4f(unpack2x16float(a.z), unpack2x16float(a.w)), vec4f(unpack2x16float(b.z), unpack2x16float(b.w)));
}
//# end
//# if INT8
struct Operand { first: vec2<u32>, second: vec2<u32>, scale: f32 }
fn operand(t: u32, index: u32) -> Operand {
  return Operand(x_at(t, 2u * index), x_at(t, 2u * index + 1u), kept_groups[t * GROUPS + index / 2u].x);
}

fn multiply(a: Operand, b: vec4<u32>) -> f32 {
  // q + 128 as q in two's complement.
  let q = b ^ vec4<u32>(0x80808080u);
  return a.scale * f32(dot4I8Packed(a.first.x, q.x) + dot4I8Packed(a.first.y, q.y)
    + dot4I8Packed(a.second.x, q.z) + dot4I8Packed(a.second.y, q.w));
}
//# end
//# if INT4
struct Operand {
  //# for e < 4
  eight_${e}: vec2<u32>,
  //# end
  group: vec2f,
}
fn operand(t: u32, index: u32) -> Operand {
  return Operand(
    //# for e < 4
    x_at(t, 4u * index + ${e}u),
    //# end
    kept_groups[t * GROUPS + index]);
}

fn multiply(a: Operand, b: vec4<u32>) -> f32 {
  let low = b & vec4<u32>(0x0f0f0f0fu);
  let high = (b >> vec4<u32>(4u)) & vec4<u32>(0x0f0f0f0fu);
  var sum = 0;
  //# for e < 4
  sum += dot4I8Packed(a.eight_${e}.x, low[${e}]) + dot4I8Packed(a.eight_${e}.y, high[${e}]);
  //# end
  return a.group.x * f32(sum) - a.group.y;
}
//# end
//# if QUANTIZED
// Of the group of 32 that these 16 bytes are in.
fn scale_of(index: u32) -> f32 {
  let group = index * EIGHTS / 4u;
  let eight = w[shape.scales_at / 4u + group / 8u];
  let four = select(eight.xy, eight.zw, (group & 4u) != 0u);
  let scales = unpack2x16float(select(four.x, four.y, (group & 2u) != 0u));
  return select(scales.x, scales.y, (group & 1u) != 0u);
}
//# end

fn weight_row(owner: u32, stream: u32) -> u32 {
  return select(owner, owner / GLU * 2u * GLU + owner % GLU + stream * GLU, SWIGLU == 1u);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let team = thread / LANES;
  let lane = thread % LANES;
  let part = team % PARTS;
  let depth = shape.depth8 / EIGHTS;
  let last = depth - 1u;
  var k = part * LANES + lane;
  var owner = group.x * ROUNDS * OWNERS + team / PARTS;
  //# for s < STREAMS
  var w_row_${s} = weight_row(owner, ${s}u) * depth;
  //# for u < UNROLL
  var w_${u}_${s} = w[w_row_${s} + min(k + ${u}u * PARTS * LANES, last)];
  //# if QUANTIZED
  var scale_${u}_${s} = scale_of(w_row_${s} + min(k + ${u}u * PARTS * LANES, last));
  //# end
  //# end
  //# end
  //# if NORMS
  for (var t = 0u; t < T; t++) { make_x(t, group.x, thread, subgroup_at(place), lane_at(place)); }
  //# end
  //# if STAGES
  stage_x(thread);
  //# end
  for (var round = 0u; round < ROUNDS; round++) {
    var mine = array<array<f32, STREAMS>, T>();
    loop {
      //# for u < UNROLL
      {
        let at = k + ${u}u * PARTS * LANES;
        // Lanes beyond the end have the last weights again.
        let is_here = f32(at <= last);
        for (var t = 0u; t < T; t++) {
          let part_of_x = operand(t, min(at, last));
          //# for s < STREAMS
          //# if HALVES
          mine[t][${s}u] += is_here * multiply(part_of_x, w_${u}_${s});
          //# end
          //# if QUANTIZED
          mine[t][${s}u] += is_here * scale_${u}_${s} * multiply(part_of_x, w_${u}_${s});
          //# end
          //# end
        }
      }
      //# end
      k += PARTS * LANES * UNROLL;
      if (k > last) { break; }
      //# for s < STREAMS
      //# for u < UNROLL
      w_${u}_${s} = w[w_row_${s} + min(k + ${u}u * PARTS * LANES, last)];
      //# if QUANTIZED
      scale_${u}_${s} = scale_of(w_row_${s} + min(k + ${u}u * PARTS * LANES, last));
      //# end
      //# end
      //# end
    }
    // The weights of the next round come while this one's sums meet.
    if (round + 1u < ROUNDS) {
      k = part * LANES + lane;
      owner += OWNERS;
      //# for s < STREAMS
      w_row_${s} = weight_row(owner, ${s}u) * depth;
      //# for u < UNROLL
      w_${u}_${s} = w[w_row_${s} + min(k + ${u}u * PARTS * LANES, last)];
      //# if QUANTIZED
      scale_${u}_${s} = scale_of(w_row_${s} + min(k + ${u}u * PARTS * LANES, last));
      //# end
      //# end
      //# end
    }
    for (var t = 0u; t < T; t++) {
      for (var s = 0u; s < STREAMS; s++) {
        //# if WHOLE
        let sum = sum_of_lanes(mine[t][s], thread);
        //# end
        //# if HALF
        let sum = sum_of(LANES, mine[t][s], thread);
        //# end
        if (lane == 0u) { sums[(team * T + t) * STREAMS + s] = sum; }
      }
    }
    workgroupBarrier();
    let first = (group.x * ROUNDS + round) * OWNERS;
    for (var i = thread; i < T * OWNERS; i += THREADS) { put(first, i % OWNERS, i / OWNERS); }
    if (round + 1u < ROUNDS) { workgroupBarrier(); }
  }
}

// The sum over all parts of one owner's stream.
fn total(owner: u32, t: u32, stream: u32) -> f32 {
  var sum = 0.0;
  for (var part = 0u; part < PARTS; part++) { sum += sums[((owner * PARTS + part) * T + t) * STREAMS + stream]; }
  return sum;
}

//# if PARTIAL
fn put(first: u32, owner: u32, t: u32) { y[t * shape.pitch + first + owner] = total(owner, t, 0u); }
//# end
//# if GELU
alias Activated = vec2f;
// Even owners write two neighbours as one word.
fn put(first: u32, owner: u32, t: u32) {
  if (owner % 2u == 0u) {
    var up = vec2f(total(owner, t, 0u), total(owner + 1u, t, 0u));
    if (BIASED == 1u) { up += vec2f(bias[first + owner], bias[first + owner + 1u]); }
    y[(t * shape.pitch + first + owner) / 2u] = pack2x16float(gelu(up));
  }
}
//# end
//# if SWIGLU
fn gated(first: u32, owner: u32, t: u32) -> f32 {
  var gate = total(owner, t, 0u);
  var up = total(owner, t, 1u);
  if (BIASED == 1u) {
    gate += bias[weight_row(first + owner, 0u)];
    up += bias[weight_row(first + owner, 1u)];
  }
  return gate / (1.0 + exp(-gate)) * up;
}
// Even owners write two neighbours as one word.
fn put(first: u32, owner: u32, t: u32) {
  if (owner % 2u == 0u) {
    y[(t * shape.pitch + first + owner) / 2u] = pack2x16float(vec2f(gated(first, owner, t), gated(first, owner + 1u, t)));
  }
}
//# end
