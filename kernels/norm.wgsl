// y[t] = gain * x[row[t]] / sqrt(mean(x[row[t]]^2) + epsilon), or with LAYER gain * (x - mean(x)) / sqrt(var(x) + epsilon) + bias
//
// x  [*, D] f32      gain  [D] f32, with LAYER then bias [D]      rows  [T] which rows of x are wanted      y  [T, D] f32
// One workgroup a row: each of its threads sums every THREADS-th group of four, then all add the THREADS partial sums.
// Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019; Ba et al., "Layer Normalization", 2016.

// Injected: THREADS LAYER.
struct Shape { width4: u32, epsilon: f32 }
var<immediate> shape: Shape;
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> gain: array<vec4f>;
@group(0) @binding(2) var<storage, read> rows: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
var<workgroup> partial: array<f32, THREADS>;

fn mean_of(mine: f32, lane: u32) -> f32 {
  partial[lane] = mine;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < THREADS; i++) { total += partial[i]; }
  return total / f32(shape.width4 * 4u);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let source = rows[group.x] * shape.width4;
  let target_row = group.x * shape.width4;
  var mean = 0.0;
  //# if LAYER
  var sum = 0.0;
  for (var i = lane; i < shape.width4; i += THREADS) { sum += dot(x[source + i], vec4f(1.0)); }
  mean = mean_of(sum, lane);
  workgroupBarrier();
  //# end
  var squares = 0.0;
  for (var i = lane; i < shape.width4; i += THREADS) {
    let v = x[source + i] - mean;
    squares += dot(v, v);
  }
  let scale = inverseSqrt(mean_of(squares, lane) + shape.epsilon);
  for (var i = lane; i < shape.width4; i += THREADS) {
    var v = (x[source + i] - mean) * scale * gain[i];
    if (LAYER == 1u) { v += gain[shape.width4 + i]; }
    y[target_row + i] = v;
  }
}
