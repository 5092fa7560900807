// y [T, N] f32: the results of vector_matmul.wgsl.
alias OutputElement = f32;
const STREAMS = 1u;
fn weight_row(owner: u32, stream: u32) -> u32 { return owner; }
fn put(first: u32, owner: u32, t: u32) { y[t * shape.pitch + first + owner] = total(owner, t, 0u); }
