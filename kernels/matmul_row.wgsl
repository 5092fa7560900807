// y = x W^T + bias, or y += x W^T, on software adapters for one row; shapes in matmul-operands.wgsl
//
// Each thread owns 8 columns of one row: 9 loads feed 32 multiply-adds. Every weight is used once, so the loads of w are
// nearly all of the time, and no work is spent on rows that are not there: 3 times as fast as kernels that take 8 rows.

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 8u;
  let row = id.y;
  if (column >= shape.columns) { return; }
  let a = x_row(row);
  let b0 = w_row(column); let b1 = w_row(column + 1u); let b2 = w_row(column + 2u); let b3 = w_row(column + 3u);
  let b4 = w_row(column + 4u); let b5 = w_row(column + 5u); let b6 = w_row(column + 6u); let b7 = w_row(column + 7u);
  var low = vec4f(); var high = vec4f();
  for (var k = 0u; k < shape.depth4; k++) {
    let xk = x[a + k];
    low += dots(xk, mat4x4f(decode(w[b0 + k]), decode(w[b1 + k]), decode(w[b2 + k]), decode(w[b3 + k])));
    high += dots(xk, mat4x4f(decode(w[b4 + k]), decode(w[b5 + k]), decode(w[b6 + k]), decode(w[b7 + k])));
  }
  put(row, column, low); put(row, column + 4u, high);
}
