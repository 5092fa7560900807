// y = gelu(up): see gelu.wgsl
//
// up  [T, F] f32      y  [T, F] f32
// One thread computes four neighbouring elements.

struct Shape { width4: u32 }
var<immediate> shape: Shape;
alias Activated = vec4f;
@group(0) @binding(0) var<storage, read> up: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.width4) { return; }
  let at = id.y * shape.width4 + id.x;
  y[at] = gelu(up[at]);
}
