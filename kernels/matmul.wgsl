// y = x W^T + bias, or y += x W^T, on any GPU adapter; shapes in matmul-operands.wgsl
//
// Each thread owns 8 rows x 4 columns in registers and walks K four at a time: 12 loads feed 128 multiply-adds.

const ROWS = 8u;
const COLUMNS = 4u;

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * COLUMNS;
  let row = id.y * ROWS;
  if (column >= shape.columns || row >= shape.rows) { return; }
  let a0 = x_row(row); let a1 = x_row(row + 1u); let a2 = x_row(row + 2u); let a3 = x_row(row + 3u);
  let a4 = x_row(row + 4u); let a5 = x_row(row + 5u); let a6 = x_row(row + 6u); let a7 = x_row(row + 7u);
  let b0 = w_row(column); let b1 = w_row(column + 1u); let b2 = w_row(column + 2u); let b3 = w_row(column + 3u);
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  var c4 = vec4f(); var c5 = vec4f(); var c6 = vec4f(); var c7 = vec4f();
  for (var k = 0u; k < shape.depth4; k++) {
    let w = mat4x4f(decode(w[b0 + k]), decode(w[b1 + k]), decode(w[b2 + k]), decode(w[b3 + k]));
    c0 += dots(x[a0 + k], w); c1 += dots(x[a1 + k], w); c2 += dots(x[a2 + k], w); c3 += dots(x[a3 + k], w);
    c4 += dots(x[a4 + k], w); c5 += dots(x[a5 + k], w); c6 += dots(x[a6 + k], w); c7 += dots(x[a7 + k], w);
  }
  put(row, column, c0); put(row + 1u, column, c1); put(row + 2u, column, c2); put(row + 3u, column, c3);
  put(row + 4u, column, c4); put(row + 5u, column, c5); put(row + 6u, column, c6); put(row + 7u, column, c7);
}
