// y = x W^T for one row, or a few: every weight is read once, 16 bytes a lane
//
// x  [T, K] f16      w  [N, K] f16      K a multiple of 8      y  see vector_matmul-*.wgsl
//
// PARTS subgroups share the STREAMS rows of W that one owner has (one row; with SwiGLU a gate row and its up row) and walk
// K together, 8 weights a lane and UNROLL loads under way; lanes meet by subgroupAdd, subgroups in workgroup memory.

// Injected: T PARTS OWNERS UNROLL SUBGROUP GLU
const THREADS = SUBGROUP * PARTS * OWNERS;

struct Shape { depth8: u32, pitch: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> w: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<OutputElement>;
var<workgroup> sums: array<f32, OWNERS * PARTS * T * STREAMS>;

fn multiply8(a: vec4<u32>, b: vec4<u32>) -> f32 {
  return dot(vec4f(unpack2x16float(a.x), unpack2x16float(a.y)), vec4f(unpack2x16float(b.x), unpack2x16float(b.y)))
    + dot(vec4f(unpack2x16float(a.z), unpack2x16float(a.w)), vec4f(unpack2x16float(b.z), unpack2x16float(b.w)));
}

// The sum over all parts of one owner's stream.
fn total(owner: u32, t: u32, stream: u32) -> f32 {
  var sum = 0.0;
  for (var part = 0u; part < PARTS; part++) { sum += sums[((owner * PARTS + part) * T + t) * STREAMS + stream]; }
  return sum;
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let owner = group.x * OWNERS + subgroup / PARTS;
  let part = subgroup % PARTS;
  var mine: array<array<f32, STREAMS>, T>;
  for (var k = part * SUBGROUP + lane; k < shape.depth8; k += PARTS * SUBGROUP * UNROLL) {
    var weights: array<array<vec4<u32>, STREAMS>, UNROLL>;
    for (var u = 0u; u < UNROLL; u++) {
      let at = k + u * PARTS * SUBGROUP;
      if (at < shape.depth8) {
        for (var s = 0u; s < STREAMS; s++) { weights[u][s] = w[weight_row(owner, s) * shape.depth8 + at]; }
      }
    }
    for (var u = 0u; u < UNROLL; u++) {
      let at = min(k + u * PARTS * SUBGROUP, shape.depth8 - 1u);
      for (var t = 0u; t < T; t++) {
        let v = x[t * shape.depth8 + at];
        for (var s = 0u; s < STREAMS; s++) { mine[t][s] += multiply8(v, weights[u][s]); }
      }
    }
  }
  for (var t = 0u; t < T; t++) {
    for (var s = 0u; s < STREAMS; s++) {
      let sum = subgroupAdd(mine[t][s]);
      if (lane == 0u) { sums[(subgroup * T + t) * STREAMS + s] = sum; }
    }
  }
  workgroupBarrier();
  for (var i = thread; i < T * OWNERS; i += THREADS) { put(group.x * OWNERS, i % OWNERS, i / OWNERS); }
}
