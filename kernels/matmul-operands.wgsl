// What the kernels of y = x W^T + bias, or y += x W^T, share.
//
// x  [T, K] f32      w  [N, K] weights      bias  [N] f32      y  [T, N] f32      K a multiple of 4
// Each adds up an element in the same order, four products of `dot` at a time, whatever T is: a row's result depends
// neither on its neighbours nor on the kernel that takes it.

const ADD_BIAS = 1u;
const ACCUMULATE = 2u;
struct Shape { rows: u32, columns: u32, depth4: u32, flags: u32 }
var<immediate> shape: Shape;
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<Weight4>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn x_row(row: u32) -> u32 {
  return min(row, shape.rows - 1u) * shape.depth4;
}

fn w_row(column: u32) -> u32 {
  return min(column, shape.columns - 1u) * shape.depth4;
}

// The products of one piece of x with one piece of each of four columns.
fn dots(x: vec4f, w: mat4x4f) -> vec4f {
  return vec4f(dot(x, w[0]), dot(x, w[1]), dot(x, w[2]), dot(x, w[3]));
}

// The sums of four columns go to y, as far as they are in it.
fn put(row: u32, column: u32, sums: vec4f) {
  if (row >= shape.rows) { return; }
  for (var j = 0u; j < 4u; j++) {
    let n = column + j;
    if (n >= shape.columns) { return; }
    var value = sums[j];
    if ((shape.flags & ADD_BIAS) != 0u) { value += bias[n]; }
    let at = row * shape.columns + n;
    if ((shape.flags & ACCUMULATE) != 0u) { value += y[at]; }
    y[at] = value;
  }
}
