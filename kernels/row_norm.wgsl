// normed = gain * x / sqrt(mean(x^2) + epsilon), or with LAYER gain * (x - mean(x)) / sqrt(var(x) + epsilon) + bias, where the
// bias [D] stands behind the gain; one workgroup a row, each thread VALUES vectors of four: see norm.wgsl
//
// normed  [T, PITCH] f16, whose columns from WIDTH on stay zero; or with INTEGERS i8, whose columns from there on mean nothing, with
// scales [T] f32: see quantize_rows.wgsl

// Injected: WIDTH PITCH EPSILON LAYER NORM_THREADS VALUES, HALVES or INTEGERS, and those of lanes.wgsl
const THREADS = NORM_THREADS;
const VECTORS = WIDTH / 4u;
const NORM_SUBGROUPS = NORM_THREADS / SUBGROUP;
var<workgroup> squares: array<f32, NORM_SUBGROUPS>;
//# if LAYER
var<workgroup> sums: array<f32, NORM_SUBGROUPS>;
//# end
//# if INTEGERS
var<workgroup> greatest: array<f32, NORM_SUBGROUPS>;
//# end

fn with_gain(value: vec4f, at: u32) -> vec4f {
  if (LAYER == 1u) { return value * gain[at] + gain[VECTORS + at]; }
  return value * gain[at];
}

// `values` beyond the width of the row count for nothing.
fn put_normed(row: u32, thread: u32, subgroup: u32, lane: u32, values: ptr<function, array<vec4f, VALUES>>) {
  //# if LAYER
  var added = vec4f();
  //# for i < VALUES
  if (thread + ${i}u * NORM_THREADS < VECTORS) { added += (*values)[${i}u]; }
  //# end
  let sum_of_values = sum_of_lanes(dot(added, vec4f(1.0)), thread);
  if (lane == 0u) { sums[subgroup] = sum_of_values; }
  workgroupBarrier();
  var mean = 0.0;
  for (var s = 0u; s < NORM_SUBGROUPS; s++) { mean += sums[s] / f32(WIDTH); }
  //# for i < VALUES
  (*values)[${i}u] -= mean;
  //# end
  //# end
  var mine = 0.0;
  //# for i < VALUES
  if (thread + ${i}u * NORM_THREADS < VECTORS) { mine += dot((*values)[${i}u], (*values)[${i}u]); }
  //# end
  let sum = sum_of_lanes(mine, thread);
  if (lane == 0u) { squares[subgroup] = sum; }
  workgroupBarrier();
  var total = 0.0;
  for (var s = 0u; s < NORM_SUBGROUPS; s++) { total += squares[s]; }
  let scale = inverseSqrt(total / f32(WIDTH) + EPSILON);
  //# if HALVES
  //# for i < VALUES
  {
    let at = thread + ${i}u * NORM_THREADS;
    if (at < VECTORS) {
      let value = with_gain((*values)[${i}u] * scale, at);
      normed[row * (PITCH / 4u) + at] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
    }
  }
  //# end
  //# end
  //# if INTEGERS
  var most = vec4f();
  //# for i < VALUES
  if (thread + ${i}u * NORM_THREADS < VECTORS) {
    (*values)[${i}u] = with_gain((*values)[${i}u] * scale, thread + ${i}u * NORM_THREADS);
    most = max(most, abs((*values)[${i}u]));
  }
  //# end
  let own = max_of_lanes(max(max(most.x, most.y), max(most.z, most.w)), thread);
  if (lane == 0u) { greatest[subgroup] = own; }
  workgroupBarrier();
  var all = 0.0;
  for (var s = 0u; s < NORM_SUBGROUPS; s++) { all = max(all, greatest[s]); }
  let by = to_integers(all);
  //# for i < VALUES
  if (thread + ${i}u * NORM_THREADS < VECTORS) {
    normed[row * (PITCH / 4u) + thread + ${i}u * NORM_THREADS] = integers((*values)[${i}u] * by);
  }
  //# end
  if (thread == 0u) { scales[row] = all / MOST_INTEGER; }
  //# end
}
