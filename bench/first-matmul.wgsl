// y = x W^T as the first kernel that was measured here had it: 4 x 4 of y in the registers of each thread, f32, nothing
// else. `npm run bench -- gemm` times it beside the kernels in use. x [T, K] f32, w [N, K] weights, y [T, N] f32.

struct Shape { rows: u32, columns: u32, depth4: u32 }
var<immediate> shape: Shape;
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<Weight4>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn put(row: u32, column: u32, sums: vec4f) {
  for (var j = 0u; j < 4u; j++) {
    if (row < shape.rows && column + j < shape.columns) { y[row * shape.columns + column + j] = sums[j]; }
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 4u;
  let row = id.y * 4u;
  let lastRow = shape.rows - 1u;
  let lastColumn = shape.columns - 1u;
  let a0 = min(row, lastRow) * shape.depth4; let a1 = min(row + 1u, lastRow) * shape.depth4;
  let a2 = min(row + 2u, lastRow) * shape.depth4; let a3 = min(row + 3u, lastRow) * shape.depth4;
  let b0 = min(column, lastColumn) * shape.depth4; let b1 = min(column + 1u, lastColumn) * shape.depth4;
  let b2 = min(column + 2u, lastColumn) * shape.depth4; let b3 = min(column + 3u, lastColumn) * shape.depth4;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  for (var k = 0u; k < shape.depth4; k++) {
    let w0 = decode(w[b0 + k]); let w1 = decode(w[b1 + k]); let w2 = decode(w[b2 + k]); let w3 = decode(w[b3 + k]);
    let x0 = x[a0 + k]; c0 += vec4f(dot(x0, w0), dot(x0, w1), dot(x0, w2), dot(x0, w3));
    let x1 = x[a1 + k]; c1 += vec4f(dot(x1, w0), dot(x1, w1), dot(x1, w2), dot(x1, w3));
    let x2 = x[a2 + k]; c2 += vec4f(dot(x2, w0), dot(x2, w1), dot(x2, w2), dot(x2, w3));
    let x3 = x[a3 + k]; c3 += vec4f(dot(x3, w0), dot(x3, w1), dot(x3, w2), dot(x3, w3));
  }
  put(row, column, c0); put(row + 1u, column, c1); put(row + 2u, column, c2); put(row + 3u, column, c3);
}
