// y [T, N / 2] f16 = silu(gate) * up: the results of vector_matmul.wgsl where GLU gate rows of W alternate with their GLU up
// rows. Even owners write two neighbours as one word.
alias OutputElement = u32;
const STREAMS = 2u;
fn weight_row(owner: u32, stream: u32) -> u32 { return owner / GLU * 2u * GLU + owner % GLU + stream * GLU; }
fn gated(first: u32, owner: u32, t: u32) -> f32 {
  var gate = total(owner, t, 0u);
  var up = total(owner, t, 1u);
  if (BIASED == 1u) {
    gate += bias[weight_row(first + owner, 0u)];
    up += bias[weight_row(first + owner, 1u)];
  }
  return gate / (1.0 + exp(-gate)) * up;
}
fn put(first: u32, owner: u32, t: u32) {
  if (owner % 2u == 0u) {
    y[(t * shape.pitch + first + owner) / 2u] = pack2x16float(vec2f(gated(first, owner, t), gated(first, owner + 1u, t)));
  }
}
