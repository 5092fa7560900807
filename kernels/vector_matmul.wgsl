// y = x W^T for one row, or a few: every weight is read once, 16 bytes a lane
//
// x  [T, K] f16      w  [N, K] f16, or int8 or int4 as quantize.wgsl writes them      K a multiple of 64
// y by output: PARTIAL  [T, N] f32;  SWIGLU  [T, N / 2] f16 = silu(gate) * up, where GLU gate rows of W alternate with their
// GLU up rows. With NORMS, x is not read but made: the RMS norm of the residual stream after it has taken the product before.
// Every workgroup makes it anew, which costs less than a dispatch of its own; the first one writes the stream back.
//
// PARTS subgroups share the STREAMS rows of W that one owner has (one row; with SwiGLU a gate row and its up row) and walk
// K together, EIGHTS times 8 weights a lane and UNROLL loads under way; lanes meet as lanes.wgsl says, subgroups in workgroup
// memory. The first weights are asked for before x is made: they do not wait for it. A workgroup takes ROUNDS times as many
// owners, one after the other, so that fewer of them read x.

// Injected: those of lanes.wgsl and numbers.wgsl, T PARTS OWNERS ROUNDS UNROLL SWIGLU STREAMS GLU BIASED PARTIAL EIGHTS (of 16 bytes) HALVES INT8 INT4
// QUANTIZED, and one of NORMS, STAGES, where x is copied to workgroup memory first, and READS; with NORMS also WIDTH (D)
// EPSILON, without READS PITCH8 (K / 8) and KEEPS
const THREADS = SUBGROUP * PARTS * OWNERS;

struct Shape { depth8: u32, pitch: u32, has_product: u32, is_product_biased: u32, product_pitch4: u32, scales_at: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> w: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
//# if PARTIAL
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
//# end
//# if SWIGLU
@group(0) @binding(4) var<storage, read_write> y: array<u32>;
//# end
var<workgroup> sums: array<f32, OWNERS * PARTS * T * STREAMS>;

//# if KEEPS
// A gap after the eights that one lane reads keeps lanes in different banks.
const GAP = select(0u, 1u, EIGHTS > 1u);
const KEPT_PITCH = PITCH8 + PITCH8 / EIGHTS * GAP;
var<workgroup> kept: array<vec2<u32>, T * KEPT_PITCH * 2u>;

fn kept_at(t: u32, eight: u32) -> u32 { return (t * KEPT_PITCH + eight + eight / EIGHTS * GAP) * 2u; }

fn x_at(t: u32, eight: u32) -> vec4<u32> {
  let at = kept_at(t, eight);
  return vec4(kept[at], kept[at + 1u]);
}
//# end
//# if NORMS
// stream  [T, D] f32, before; product  [T, product_pitch] f32; gain  [D]; stream_after  [T, D]
@group(0) @binding(1) var<storage, read> stream: array<vec4f>;
@group(0) @binding(5) var<storage, read> product: array<vec4f>;
@group(0) @binding(6) var<storage, read> product_bias: array<vec4f>;
@group(0) @binding(7) var<storage, read> gain: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> stream_after: array<vec4f>;
const VECTORS = WIDTH / 4u;
const VALUES = (VECTORS + THREADS - 1u) / THREADS;
var<workgroup> squares: array<f32, THREADS / SUBGROUP>;
fn make_x(t: u32, group: u32, thread: u32, subgroup: u32, lane: u32) {
  var values: array<vec4f, VALUES>;
  var mine = 0.0;
  for (var i = 0u; i < VALUES; i++) {
    let at = thread + i * THREADS;
    if (at < VECTORS) {
      var value = stream[t * VECTORS + at];
      if (shape.has_product == 1u) { value += product[t * shape.product_pitch4 + at]; }
      if (shape.is_product_biased == 1u) { value += product_bias[at]; }
      values[i] = value;
      mine += dot(value, value);
      if (group == 0u) { stream_after[t * VECTORS + at] = value; }
    }
  }
  let sum = sum_of_lanes(mine, thread);
  if (lane == 0u) { squares[subgroup] = sum; }
  workgroupBarrier();
  var total = 0.0;
  for (var s = 0u; s < THREADS / SUBGROUP; s++) { total += squares[s]; }
  let scale = inverseSqrt(total / f32(WIDTH) + EPSILON);
  for (var i = 0u; i < VALUES; i++) {
    let at = thread + i * THREADS;
    if (at < VECTORS) {
      let value = values[i] * scale * gain[at];
      kept[kept_at(t, at / 2u) + at % 2u] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
    }
  }
  workgroupBarrier();
}
//# end
//# if STAGES
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
fn stage_x(thread: u32) {
  for (var i = thread; i < T * PITCH8; i += THREADS) {
    let at = kept_at(i / PITCH8, i % PITCH8);
    let eight = x[i];
    kept[at] = eight.xy;
    kept[at + 1u] = eight.zw;
  }
  workgroupBarrier();
}
//# end
//# if READS
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
fn x_at(t: u32, eight: u32) -> vec4<u32> { return x[t * shape.depth8 + eight]; }
//# end

// Eight products, of the weights as they are stored.
//# if HALVES
fn multiply8(a: vec4<u32>, b: vec4<u32>) -> f32 {
  return dot(vec4f(unpack2x16float(a.x), unpack2x16float(a.y)), vec4f(unpack2x16float(b.x), unpack2x16float(b.y)))
    + dot(vec4f(unpack2x16float(a.z), unpack2x16float(a.w)), vec4f(unpack2x16float(b.z), unpack2x16float(b.w)));
}
//# end
// In the numbers of numbers.wgsl, two at a time and four to a sum; weights are below 1 in size, so that no sum is beyond what
// f16 holds.
//# if INT8
const UNIT = 128.0;
fn multiply8(a: vec4<u32>, b: vec2<u32>) -> f32 {
  let sum = pair_of(a.x) * bytes_of(b.x) + pair_of(a.y) * bytes_of(b.x >> 8u)
    + pair_of(a.z) * bytes_of(b.y) + pair_of(a.w) * bytes_of(b.y >> 8u);
  return f32(sum.x) + f32(sum.y);
}
//# end
//# if INT4
const UNIT = 8.0;
fn multiply8(a: vec4<u32>, b: u32) -> f32 {
  let sum = pair_of(a.x) * nibbles_of(b) + pair_of(a.y) * nibbles_of(b >> 4u)
    + pair_of(a.z) * nibbles_of(b >> 8u) + pair_of(a.w) * nibbles_of(b >> 12u);
  return f32(sum.x) + f32(sum.y);
}
//# end
//# if QUANTIZED
// Of the group of 32 that these 16 bytes are in.
fn scale_of(index: u32) -> f32 {
  let group = index * EIGHTS / 4u;
  let scales = unpack2x16float(w[shape.scales_at / 4u + group / 8u][group / 2u % 4u]);
  return select(scales.x, scales.y, group % 2u == 1u) * UNIT;
}
//# end

fn weight_row(owner: u32, stream: u32) -> u32 {
  return select(owner, owner / GLU * 2u * GLU + owner % GLU + stream * GLU, SWIGLU == 1u);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  let part = subgroup % PARTS;
  let depth = shape.depth8 / EIGHTS;
  let last = depth - 1u;
  var k = part * SUBGROUP + lane;
  var owner = group.x * ROUNDS * OWNERS + subgroup / PARTS;
  //# for s < STREAMS
  var w_row_${s} = weight_row(owner, ${s}u) * depth;
  //# for u < UNROLL
  var w_${u}_${s} = w[w_row_${s} + min(k + ${u}u * PARTS * SUBGROUP, last)];
  //# if QUANTIZED
  var scale_${u}_${s} = scale_of(w_row_${s} + min(k + ${u}u * PARTS * SUBGROUP, last));
  //# end
  //# end
  //# end
  //# if NORMS
  for (var t = 0u; t < T; t++) { make_x(t, group.x, thread, subgroup, lane); }
  //# end
  //# if STAGES
  stage_x(thread);
  //# end
  for (var round = 0u; round < ROUNDS; round++) {
    var mine = array<array<f32, STREAMS>, T>();
    loop {
      //# for u < UNROLL
      {
        let at = k + ${u}u * PARTS * SUBGROUP;
        // Lanes beyond the end have the last weights again.
        let is_here = f32(at <= last);
        for (var t = 0u; t < T; t++) {
          //# for e < EIGHTS
          let v_${e} = x_at(t, min(at, last) * EIGHTS + ${e}u);
          //# end
          //# for s < STREAMS
          {
            var sum = 0.0;
            //# for e < EIGHTS
            //# if HALVES
            sum += multiply8(v_${e}, w_${u}_${s});
            //# end
            //# if INT8
            sum += multiply8(v_${e}, vec2(w_${u}_${s}[2u * ${e}u], w_${u}_${s}[2u * ${e}u + 1u]));
            //# end
            //# if INT4
            sum += multiply8(v_${e}, w_${u}_${s}[${e}u]);
            //# end
            //# end
            //# if QUANTIZED
            sum *= scale_${u}_${s};
            //# end
            mine[t][${s}u] += is_here * sum;
          }
          //# end
        }
      }
      //# end
      k += PARTS * SUBGROUP * UNROLL;
      if (k > last) { break; }
      //# for s < STREAMS
      //# for u < UNROLL
      w_${u}_${s} = w[w_row_${s} + min(k + ${u}u * PARTS * SUBGROUP, last)];
      //# if QUANTIZED
      scale_${u}_${s} = scale_of(w_row_${s} + min(k + ${u}u * PARTS * SUBGROUP, last));
      //# end
      //# end
      //# end
    }
    // The weights of the next round come while this one's sums meet.
    if (round + 1u < ROUNDS) {
      k = part * SUBGROUP + lane;
      owner += OWNERS;
      //# for s < STREAMS
      w_row_${s} = weight_row(owner, ${s}u) * depth;
      //# for u < UNROLL
      w_${u}_${s} = w[w_row_${s} + min(k + ${u}u * PARTS * SUBGROUP, last)];
      //# if QUANTIZED
      scale_${u}_${s} = scale_of(w_row_${s} + min(k + ${u}u * PARTS * SUBGROUP, last));
      //# end
      //# end
      //# end
    }
    for (var t = 0u; t < T; t++) {
      for (var s = 0u; s < STREAMS; s++) {
        let sum = sum_of_lanes(mine[t][s], thread);
        if (lane == 0u) { sums[(subgroup * T + t) * STREAMS + s] = sum; }
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
