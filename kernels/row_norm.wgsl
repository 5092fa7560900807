// normed = f16(gain * x / sqrt(mean(x^2) + epsilon)), one workgroup a row, each thread VALUES vectors of four
// Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019. PITCH columns of normed; those from WIDTH on stay zero.

// Injected: WIDTH PITCH EPSILON SUBGROUP
const NORM_THREADS = 128u;
const VECTORS = WIDTH / 4u;
const VALUES = (VECTORS + NORM_THREADS - 1u) / NORM_THREADS;
var<workgroup> squares: array<f32, NORM_THREADS / SUBGROUP>;

fn put_normed(row: u32, thread: u32, subgroup: u32, lane: u32, values: ptr<function, array<vec4f, VALUES>>) {
  var mine = 0.0;
  for (var i = 0u; i < VALUES; i++) { mine += dot((*values)[i], (*values)[i]); }
  let sum = subgroupAdd(mine);
  if (lane == 0u) { squares[subgroup] = sum; }
  workgroupBarrier();
  var total = 0.0;
  for (var s = 0u; s < NORM_THREADS / SUBGROUP; s++) { total += squares[s]; }
  let scale = inverseSqrt(total / f32(WIDTH) + EPSILON);
  for (var i = 0u; i < VALUES; i++) {
    let at = thread + i * NORM_THREADS;
    if (at < VECTORS) {
      let value = (*values)[i] * scale * gain[at];
      normed[row * (PITCH / 4u) + at] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
    }
  }
}
