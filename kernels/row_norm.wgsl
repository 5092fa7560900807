// normed = f16(gain * x / sqrt(mean(x^2) + epsilon)), one workgroup a row, each thread VALUES vectors of four
// Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019. PITCH columns of normed; those from WIDTH on stay zero.

// Injected: WIDTH PITCH EPSILON SUBGROUP NORM_THREADS VALUES
const VECTORS = WIDTH / 4u;
var<workgroup> squares: array<f32, NORM_THREADS / SUBGROUP>;

// `values` beyond the width of the row count for nothing.
fn put_normed(row: u32, thread: u32, subgroup: u32, lane: u32, values: ptr<function, array<vec4f, VALUES>>) {
  var mine = 0.0;
  //# for i < VALUES
  if (thread + ${i}u * NORM_THREADS < VECTORS) { mine += dot((*values)[${i}u], (*values)[${i}u]); }
  //# end
  let sum = subgroupAdd(mine);
  if (lane == 0u) { squares[subgroup] = sum; }
  workgroupBarrier();
  var total = 0.0;
  for (var s = 0u; s < NORM_THREADS / SUBGROUP; s++) { total += squares[s]; }
  let scale = inverseSqrt(total / f32(WIDTH) + EPSILON);
  //# for i < VALUES
  {
    let at = thread + ${i}u * NORM_THREADS;
    if (at < VECTORS) {
      let value = (*values)[${i}u] * scale * gain[at];
      normed[row * (PITCH / 4u) + at] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
    }
  }
  //# end
}
