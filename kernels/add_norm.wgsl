// x += sum over splits of y, + bias, and the norm of it: see row_norm.wgsl
//
// y  [splits, T, pitch] f32, a product in parts      bias  [D] f32      gain  [D] f32, perhaps bias      x  [T, D] f32
// normed  [rows, PITCH] f16 or i8; with `gathers` only the rows that the plan wants, in its order
//
// All loads of a thread are under way at once: SPLITS is injected, and there is no branch between them.

struct Shape { split_stride4: u32, pitch4: u32, is_biased: u32, gathers: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> gain: array<vec4f>;
@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read_write> x: array<vec4f>;
//# if HALVES
@group(0) @binding(6) var<storage, read_write> normed: array<vec2<u32>>;
//# end
//# if INTEGERS
@group(0) @binding(6) var<storage, read_write> normed: array<u32>;
@group(0) @binding(7) var<storage, read_write> scales: array<f32>;
//# end

@compute @workgroup_size(NORM_THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  var row = group.x;
  if (shape.gathers == 1u) { row = list(WANTED, group.x); }
  var values: array<vec4f, VALUES>;
  //# for i < VALUES
  let at_${i} = min(thread + ${i}u * NORM_THREADS, VECTORS - 1u);
  let x_${i} = x[row * VECTORS + at_${i}];
  //# for s < SPLITS
  let y_${i}_${s} = y[${s}u * shape.split_stride4 + row * shape.pitch4 + at_${i}];
  //# end
  //# end
  //# for i < VALUES
  values[${i}u] = x_${i};
  //# for s < SPLITS
  values[${i}u] += y_${i}_${s};
  //# end
  if (shape.is_biased == 1u) { values[${i}u] += bias[at_${i}]; }
  if (thread + ${i}u * NORM_THREADS < VECTORS) { x[row * VECTORS + at_${i}] = values[${i}u]; }
  //# end
  put_normed(group.x, thread, subgroup, lane, &values);
}
