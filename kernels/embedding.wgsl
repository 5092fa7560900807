// x[t] = scale * E[token[t]]
//
// table   E [V, D] weights          tokens  [T] token ids          x  [T, D] f32
// One thread copies four neighbouring elements; D is a multiple of 4.

struct Shape { rows: u32, width4: u32, scale: f32 }
var<immediate> shape: Shape;
@group(0) @binding(0) var<storage, read> table: array<Weight4>;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.width4) { return; }
  x[id.y * shape.width4 + id.x] = shape.scale * decode(table[tokens[id.y] * shape.width4 + id.x]);
}
