// y = x W^T + bias, or y += x W^T, on software adapters with subgroups; shapes in matmul-operands.wgsl
//
// Four neighbouring threads, a quad, own 4 ROWS rows x 16 columns; ROWS is 1, 2 or 4. Each loads ROWS rows of x that no
// other of them loads, and its own 4 columns of w; the other rows come by swapping within the quad. SwiftShader runs a
// quad as the four lanes of one SSE register: a swap is one instruction there, and a load about 55 per 32-bit word, since
// it goes lane by lane (its Subzero back end, seen in the machine code). With ROWS = 4 32 loads of a word feed 256
// multiply-adds, against 48 for 128 where every thread loads all that it needs: 2.2 times as fast.

fn rows_of(lane: u32, first: u32) -> u32 {
  return first + lane * ROWS;
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_invocation_id) invocation: u32,
) {
  let lane = invocation & 3u;
  let column = (group.x * THREADS + thread) * 4u;
  let first = group.y * 4u * ROWS;
  let own = rows_of(lane, first);
  let a0 = x_row(own); let a1 = x_row(own + 1u); let a2 = x_row(own + 2u); let a3 = x_row(own + 3u);
  let b0 = w_row(column); let b1 = w_row(column + 1u); let b2 = w_row(column + 2u); let b3 = w_row(column + 3u);
  // c<i><j>: row i of the rows that lane ^ j has loaded.
  var c00 = vec4f(); var c01 = vec4f(); var c02 = vec4f(); var c03 = vec4f();
  var c10 = vec4f(); var c11 = vec4f(); var c12 = vec4f(); var c13 = vec4f();
  var c20 = vec4f(); var c21 = vec4f(); var c22 = vec4f(); var c23 = vec4f();
  var c30 = vec4f(); var c31 = vec4f(); var c32 = vec4f(); var c33 = vec4f();
  for (var k = 0u; k < shape.depth4; k++) {
    let w = mat4x4f(decode(w[b0 + k]), decode(w[b1 + k]), decode(w[b2 + k]), decode(w[b3 + k]));
    let x0 = x[a0 + k];
    c00 += dots(x0, w);
    c01 += dots(quadSwapX(x0), w);
    c02 += dots(quadSwapY(x0), w);
    c03 += dots(quadSwapDiagonal(x0), w);
    if (ROWS > 1u) {
      let x1 = x[a1 + k];
      c10 += dots(x1, w);
      c11 += dots(quadSwapX(x1), w);
      c12 += dots(quadSwapY(x1), w);
      c13 += dots(quadSwapDiagonal(x1), w);
    }
    if (ROWS > 2u) {
      let x2 = x[a2 + k];
      c20 += dots(x2, w);
      c21 += dots(quadSwapX(x2), w);
      c22 += dots(quadSwapY(x2), w);
      c23 += dots(quadSwapDiagonal(x2), w);
      let x3 = x[a3 + k];
      c30 += dots(x3, w);
      c31 += dots(quadSwapX(x3), w);
      c32 += dots(quadSwapY(x3), w);
      c33 += dots(quadSwapDiagonal(x3), w);
    }
  }
  let beside = rows_of(lane ^ 1u, first); let below = rows_of(lane ^ 2u, first); let across = rows_of(lane ^ 3u, first);
  put(own, column, c00); put(beside, column, c01); put(below, column, c02); put(across, column, c03);
  if (ROWS > 1u) {
    put(own + 1u, column, c10); put(beside + 1u, column, c11); put(below + 1u, column, c12); put(across + 1u, column, c13);
  }
  if (ROWS > 2u) {
    put(own + 2u, column, c20); put(beside + 2u, column, c21); put(below + 2u, column, c22); put(across + 2u, column, c23);
    put(own + 3u, column, c30); put(beside + 3u, column, c31); put(below + 3u, column, c32); put(across + 3u, column, c33);
  }
}
