// y = x W^T in tiles of BM x BN: what tile_matmul.wgsl and block_matmul.wgsl read and write
//
// x  [T, K] f16, T padded to BM      w  [N, K] see weights-packed.wgsl, N padded to BN      K a multiple of BK
// With INTEGERS x is i8 and x_scales [T] f32, see quantize_rows.wgsl. A vector of either holds ELEMENTS of K, 8 or 16.
// y by output:
//   partial  [splits, T, pitch] f32, each split its own sum over its range of K; readers add them up
//   SWIGLU   [T, pitch] f16 = silu(gate) * up, where GLU gate rows of W alternate with their GLU up rows.
//            Shazeer, "GLU Variants Improve Transformer", 2020.
//   GELU     [T, pitch] f16 = gelu(x W^T), see gelu.wgsl
//
// A workgroup computes one tile over one split of K, in steps of BK through workgroup memory; the next one is already on its
// way in registers while this one is multiplied.

// Injected: BM BN BK ELEMENTS GLU BIASED, PARTIAL, SWIGLU or GELU, ACTIVATES with these two, INTEGERS.
const DEPTH = BK / ELEMENTS;

// `depth`: K / ELEMENTS; `steps`: steps of BK in one split; `pitch`: columns of y; `split_stride`: elements of y from split to split
struct Shape { depth: u32, steps: u32, pitch: u32, split_stride: u32, scales_at: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> w: array<WeightElement>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
//# if ACTIVATES
@group(0) @binding(4) var<storage, read_write> y: array<vec2<u32>>;
//# end
//# if PARTIAL
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
//# end
//# if INTEGERS
@group(0) @binding(5) var<storage, read> x_scales: array<f32>;
//# end
