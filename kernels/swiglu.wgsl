// y = silu(gate) * up,  silu(z) = z / (1 + e^-z)
//
// gate_up  [T, 2F] f32, gate first      y  [T, F] f32
// One thread computes four neighbouring elements. Shazeer, "GLU Variants Improve Transformer", 2020.

struct Shape { width4: u32 }
var<immediate> shape: Shape;
@group(0) @binding(0) var<storage, read> gate_up: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.width4) { return; }
  let gate = gate_up[id.y * 2u * shape.width4 + id.x];
  let up = gate_up[(id.y * 2u + 1u) * shape.width4 + id.x];
  y[id.y * shape.width4 + id.x] = gate / (1.0 + exp(-gate)) * up;
}
