// y = x W^T in tiles through registers, for GPU adapters without subgroup matrices; shapes in tile-operands.wgsl
//
// Each thread owns TM x TN of the tile in fours of rows and columns, a tile's width apart, so that neighbours read
// neighbouring vectors. A step lies in workgroup memory transposed: what a thread needs of one k are whole vectors. It is
// brought there in blocks of 4 rows x 8 k, turned in registers. The vectors of every eighth k are swapped among each other
// (`swap_of`): the threads that store at once would meet in one bank otherwise. WIDE, a step is widened to f32 as it is stored,
// for GPUs on which that costs as much as a product; otherwise as it is read, for half of the memory. The sum of one element
// runs over k in order, whatever the tile is: the split alone decides.

// Injected: those of tile-operands.wgsl and numbers.wgsl, TM TN, and M4 = TM / 4, N4 = TN / 4, and how many blocks a thread
// loads of each tile at most: X_BLOCKS, W_BLOCKS; how many k of a step are written out, of eight: UNROLL; WIDE or NARROW. With
// SWIGLU GLU is 4 and TN 8.
const ACROSS = BN / TN;  // threads
const DOWN = BM / TM;
const THREADS = DOWN * ACROSS;
const X_FOURS = BM / 4u;
const W_FOURS = BN / 4u;

//# if GELU
alias Activated = vec4f;
//# end
//# if WIDE
const BANKED = 8u;
alias Four = vec4f;
fn two_of(word: u32) -> vec2f { return unpack2x16float(word); }
//# end
//# if NARROW
const BANKED = 16u;
alias Four = vec4<Number>;
fn two_of(word: u32) -> Pair { return pair_of(word); }
//# end
var<workgroup> x_tile: array<Four, BK * X_FOURS>;
var<workgroup> w_tile: array<Four, BK * W_FOURS>;

// Four rows of eight neighbouring k.
struct Block { a: vec4<u32>, b: vec4<u32>, c: vec4<u32>, d: vec4<u32> }

fn x_block(block: u32, row: u32, k8: u32) -> Block {
  let at = (row + block / DEPTH * 4u) * shape.depth + k8 + block % DEPTH;
  return Block(x[at], x[at + shape.depth], x[at + 2u * shape.depth], x[at + 3u * shape.depth]);
}

struct WeightBlock { a: Eight, b: Eight, c: Eight, d: Eight }

fn w_block(block: u32, row: u32, k8: u32) -> WeightBlock {
  let at = (row + block / DEPTH * 4u) * shape.depth + k8 + block % DEPTH;
  return WeightBlock(eight(at), eight(at + shape.depth), eight(at + 2u * shape.depth), eight(at + 3u * shape.depth));
}

// What the fours of eight k are swapped by, in a tile of so many fours, a power of two. Of the threads whose fours fill all banks
// together, DEPTH neighbours have the same rows: the eights lie as far apart as there are other rows among these threads.
fn swap_of(eighth: u32, fours: u32) -> u32 { return eighth * (BANKED / DEPTH) % fours; }

// Of each pair of neighbouring k, four rows.
fn even(a: u32, b: u32, c: u32, d: u32) -> Four { return Four(two_of(a).x, two_of(b).x, two_of(c).x, two_of(d).x); }
fn odd(a: u32, b: u32, c: u32, d: u32) -> Four { return Four(two_of(a).y, two_of(b).y, two_of(c).y, two_of(d).y); }

fn keep_x(block: u32, rows: Block) {
  let eighth = block % DEPTH;
  let to = eighth * 8u * X_FOURS + ((block / DEPTH) ^ swap_of(eighth, X_FOURS));
  //# for i < 4
  x_tile[to + 2u * ${i}u * X_FOURS] = even(rows.a[${i}u], rows.b[${i}u], rows.c[${i}u], rows.d[${i}u]);
  x_tile[to + (2u * ${i}u + 1u) * X_FOURS] = odd(rows.a[${i}u], rows.b[${i}u], rows.c[${i}u], rows.d[${i}u]);
  //# end
}

fn keep_w(block: u32, weights: WeightBlock) {
  let eighth = block % DEPTH;
  let rows = Block(halves(weights.a), halves(weights.b), halves(weights.c), halves(weights.d));
  let given = block / DEPTH;
  // Gates first, then what they let through: a thread's second four is what its first one gates.
  let four = select(given, given % 2u * (BN / 8u) + given / 2u, SWIGLU == 1u);
  let to = eighth * 8u * W_FOURS + (four ^ swap_of(eighth, W_FOURS));
  //# for i < 4
  w_tile[to + 2u * ${i}u * W_FOURS] = even(rows.a[${i}u], rows.b[${i}u], rows.c[${i}u], rows.d[${i}u]);
  w_tile[to + (2u * ${i}u + 1u) * W_FOURS] = odd(rows.a[${i}u], rows.b[${i}u], rows.c[${i}u], rows.d[${i}u]);
  //# end
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = tile.x * BM;
  let column = tile.y * BN;
  let own_row = thread / ACROSS;  // in fours, and so is own_column
  let own_column = thread % ACROSS;
  var k8 = tile.z * shape.steps * DEPTH;
  //# for i < X_BLOCKS
  var x_ahead_${i}: Block;
  if (thread + ${i}u * THREADS < X_FOURS * DEPTH) { x_ahead_${i} = x_block(thread + ${i}u * THREADS, row, k8); }
  //# end
  //# for i < W_BLOCKS
  var w_ahead_${i}: WeightBlock;
  if (thread + ${i}u * THREADS < W_FOURS * DEPTH) { w_ahead_${i} = w_block(thread + ${i}u * THREADS, column, k8); }
  //# end
  //# for i < M4
  //# for j < N4
  //# for r < 4
  var c_${i}_${j}_${r} = vec4f();
  //# end
  //# end
  //# end
  for (var step = 0u; step < shape.steps; step++) {
    workgroupBarrier();
    //# for i < X_BLOCKS
    if (thread + ${i}u * THREADS < X_FOURS * DEPTH) { keep_x(thread + ${i}u * THREADS, x_ahead_${i}); }
    //# end
    //# for i < W_BLOCKS
    if (thread + ${i}u * THREADS < W_FOURS * DEPTH) { keep_w(thread + ${i}u * THREADS, w_ahead_${i}); }
    //# end
    workgroupBarrier();
    if (step + 1u < shape.steps) {
      k8 += DEPTH;
      //# for i < X_BLOCKS
      if (thread + ${i}u * THREADS < X_FOURS * DEPTH) { x_ahead_${i} = x_block(thread + ${i}u * THREADS, row, k8); }
      //# end
      //# for i < W_BLOCKS
      if (thread + ${i}u * THREADS < W_FOURS * DEPTH) { w_ahead_${i} = w_block(thread + ${i}u * THREADS, column, k8); }
      //# end
    }
    for (var some = 0u; some < BK; some += UNROLL) {
      //# for i < M4
      let x_from_${i} = some * X_FOURS + ((own_row + ${i}u * DOWN) ^ swap_of(some / 8u, X_FOURS));
      //# end
      //# for j < N4
      let w_from_${j} = some * W_FOURS + ((own_column + ${j}u * ACROSS) ^ swap_of(some / 8u, W_FOURS));
      //# end
      //# for u < UNROLL
      {
        //# for j < N4
        let w_${j} = vec4f(w_tile[w_from_${j} + ${u}u * W_FOURS]);
        //# end
        //# for i < M4
        {
          let v = vec4f(x_tile[x_from_${i} + ${u}u * X_FOURS]);
          //# for j < N4
          //# for r < 4
          c_${i}_${j}_${r} = fma(vec4f(v[${r}u]), w_${j}, c_${i}_${j}_${r});
          //# end
          //# end
        }
        //# end
      }
      //# end
    }
  }
  //# if PARTIAL
  let out = (tile.z * shape.split_stride + row * shape.pitch + column) / 4u + own_column;
  //# for i < M4
  //# for j < N4
  //# for r < 4
  y[out + ((own_row + ${i}u * DOWN) * 4u + ${r}u) * (shape.pitch / 4u) + ${j}u * ACROSS] = c_${i}_${j}_${r};
  //# end
  //# end
  //# end
  //# end
  //# if GELU
  let out = (row * shape.pitch + column) / 4u + own_column;
  //# for j < N4
  var bias_${j} = vec4f();
  if (BIASED == 1u) { bias_${j} = bias[column / 4u + own_column + ${j}u * ACROSS]; }
  //# for i < M4
  //# for r < 4
  {
    let value = gelu(c_${i}_${j}_${r} + bias_${j});
    y[out + ((own_row + ${i}u * DOWN) * 4u + ${r}u) * (shape.pitch / 4u) + ${j}u * ACROSS] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
  }
  //# end
  //# end
  //# end
  //# end
  //# if SWIGLU
  var gate_bias = vec4f();
  var up_bias = vec4f();
  if (BIASED == 1u) {
    gate_bias = bias[column / 4u + 2u * own_column];
    up_bias = bias[column / 4u + 2u * own_column + 1u];
  }
  let out = (row * shape.pitch + column / 2u) / 4u + own_column;
  //# for i < M4
  //# for r < 4
  {
    let gate = c_${i}_0_${r} + gate_bias;
    let value = gate / (1.0 + exp(-gate)) * (c_${i}_1_${r} + up_bias);
    y[out + ((own_row + ${i}u * DOWN) * 4u + ${r}u) * (shape.pitch / 4u)] = vec2(pack2x16float(value.xy), pack2x16float(value.zw));
  }
  //# end
  //# end
  //# end
}
