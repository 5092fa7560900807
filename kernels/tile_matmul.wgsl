// y = x W^T in tiles through subgroup matrices: f16 x f16 -> f32, or with INTEGERS i8 x i8 -> i32 times the scales of row and column;
// shapes in tile-operands.wgsl
//
// Each subgroup owns WM x WN of the tile, in FM x FN matrices. On an H200, 128 x 160 x 64 with 64 x 40 a subgroup reaches
// 250 TFLOP/s: a deep step in one buffer beats two shallow ones (235 against 180), and rows padded by 16 bytes, so that the
// eight rows of a matrix load lie in different banks, load four times faster. The sum of one element runs in the same order
// whatever T is: FK and the split alone decide; sums of integers are exact. Results leave in strips of FM rows, which pass
// through the workgroup memory of w: that is where single elements can be reached, and whole lines of 16 bytes a lane are
// written in a third of the time that an H200 takes to store matrices to y.

// Injected: those of tile-operands.wgsl, WM WN FM FN FK SUBGROUP, FLOATS unless INTEGERS, STREAMS (columns of W for one of y),
// and MF = WM / FM, NF = WN / FN, KF = BK / FK, and how many vectors a thread loads of each tile: X_LOADS, W_LOADS
const SUBGROUPS_N = BN / WN;
const THREADS = SUBGROUP * (BM / WM) * SUBGROUPS_N;
const PITCH = DEPTH + 1u;
const ROW_STEP = THREADS / DEPTH;
const TILE_STEP = ROW_STEP * PITCH;
const STRIP_PITCH = WN / 4u + 1u;  // vectors, one more than a row has: see PITCH
const STRIP = FM * STRIP_PITCH;

//# if FLOATS
alias Left = subgroup_matrix_left<f16, FK, FM>;
alias Right = subgroup_matrix_right<f16, FN, FK>;
alias Result = subgroup_matrix_result<f32, FN, FM>;
//# end
//# if INTEGERS
alias Left = subgroup_matrix_left<i8, FK, FM>;
alias Right = subgroup_matrix_right<i8, FN, FK>;
alias Result = subgroup_matrix_result<i32, FN, FM>;
//# end

var<workgroup> x_tile: array<vec4<u32>, BM * PITCH>;
var<workgroup> w_tile: array<vec4<u32>, BN * PITCH>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) tile: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let row = tile.x * BM;
  // The last tile overlaps the one before where BN does not divide the columns: both write the same there.
  let column = min(tile.y * BN, shape.pitch * STREAMS - BN);
  let own_row = subgroup / SUBGROUPS_N * WM;
  let own_column = subgroup % SUBGROUPS_N * WN;
  // This thread's part of the tiles: one vector of every ROW_STEP-th row.
  let first = thread / DEPTH;
  let at = thread % DEPTH;
  let to = first * PITCH + at;
  let row_step = ROW_STEP * shape.depth;
  var x_at = (row + first) * shape.depth + tile.z * shape.steps * DEPTH + at;
  var w_at = (column + first) * shape.depth + tile.z * shape.steps * DEPTH + at;
  //# for i < X_LOADS
  var x_ahead_${i} = x[x_at + ${i}u * row_step];
  //# end
  //# for i < W_LOADS
  var w_ahead_${i} = eight(w_at + ${i}u * row_step);
  //# end
  //# for i < MF
  //# for j < NF
  var c_${i}_${j} = Result();
  //# end
  //# end
  let x_own = own_row * PITCH;
  let w_own = own_column * PITCH;
  for (var step = 0u; step < shape.steps; step++) {
    workgroupBarrier();
    //# for i < X_LOADS
    x_tile[to + ${i}u * TILE_STEP] = x_ahead_${i};
    //# end
    //# for i < W_LOADS
    w_tile[to + ${i}u * TILE_STEP] = halves(w_ahead_${i});
    //# end
    workgroupBarrier();
    if (step + 1u < shape.steps) {
      x_at += DEPTH;
      w_at += DEPTH;
      //# for i < X_LOADS
      x_ahead_${i} = x[x_at + ${i}u * row_step];
      //# end
      //# for i < W_LOADS
      w_ahead_${i} = eight(w_at + ${i}u * row_step);
      //# end
    }
    //# for k < KF
    {
      //# for i < MF
      let a_${i} = subgroupMatrixLoad<Left, row_major>(&x_tile, x_own + ${i}u * FM * PITCH + ${k}u * (FK / ELEMENTS), PITCH);
      //# end
      //# for j < NF
      let b_${j} = subgroupMatrixLoad<Right, col_major>(&w_tile, w_own + ${j}u * FN * PITCH + ${k}u * (FK / ELEMENTS), PITCH);
      //# for i < MF
      c_${i}_${j} = subgroupMatrixMultiplyAccumulate(a_${i}, b_${j}, c_${i}_${j});
      //# end
      //# end
    }
    //# end
  }
  let y_split = tile.z * shape.split_stride;
  let strip = subgroup * STRIP;
  //# for i < MF
  workgroupBarrier();
  //# for j < NF
  subgroupMatrixStore<row_major>(&w_tile, strip + ${j}u * (FN / 4u), c_${i}_${j}, STRIP_PITCH);
  //# end
  workgroupBarrier();
  put_strip(strip, y_split, row + own_row + ${i}u * FM, column + own_column, lane);
  //# end
}

// Four neighbours of a row, as the matrices have them in workgroup memory.
//# if FLOATS
fn sums(at: u32, row: u32, column: u32) -> vec4f {
  return bitcast<vec4f>(w_tile[at]);
}
//# end
//# if INTEGERS
fn sums(at: u32, row: u32, column: u32) -> vec4f {
  return vec4f(bitcast<vec4i>(w_tile[at])) * x_scales[row] * bitcast<vec4f>(w[(shape.scales_at + column) / 4u]);
}
//# end
//# if SWIGLU

// One strip of results as silu(gate) * up, four neighbouring outputs at a time.
fn put_strip(strip: u32, y_split: u32, row: u32, column: u32, lane: u32) {
  for (var v = lane; v < FM * WN / 8u; v += SUBGROUP) {
    let r = v / (WN / 8u);
    let o = v % (WN / 8u) * 4u;
    let gate_at = o / GLU * 2u * GLU + o % GLU;
    let here = strip + r * STRIP_PITCH + gate_at / 4u;
    var gate = sums(here, row + r, column + gate_at);
    var up = sums(here + GLU / 4u, row + r, column + gate_at + GLU);
    if (BIASED == 1u) {
      gate += bias[(column + gate_at) / 4u];
      up += bias[(column + gate_at + GLU) / 4u];
    }
    let value = gate / (1.0 + exp(-gate)) * up;
    y[((row + r) * shape.pitch + column / 2u + o) / 4u] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
  }
}
//# end
//# if GELU
alias Activated = vec4f;

// One strip of results as gelu, four neighbours at a time.
fn put_strip(strip: u32, y_split: u32, row: u32, column: u32, lane: u32) {
  for (var v = lane; v < FM * WN / 4u; v += SUBGROUP) {
    let r = v / (WN / 4u);
    let c = v % (WN / 4u) * 4u;
    var up = sums(strip + r * STRIP_PITCH + c / 4u, row + r, column + c);
    if (BIASED == 1u) { up += bias[(column + c) / 4u]; }
    let value = gelu(up);
    y[((row + r) * shape.pitch + column + c) / 4u] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
  }
}
//# end
//# if PARTIAL

// One strip of results, four neighbours at a time.
fn put_strip(strip: u32, y_split: u32, row: u32, column: u32, lane: u32) {
  for (var v = lane; v < FM * WN / 4u; v += SUBGROUP) {
    let r = v / (WN / 4u);
    let c = v % (WN / 4u) * 4u;
    y[(y_split + (row + r) * shape.pitch + column + c) / 4u] = sums(strip + r * STRIP_PITCH + c / 4u, row + r, column + c);
  }
}
//# end
