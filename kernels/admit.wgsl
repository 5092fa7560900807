// The tokens that a submission of decode steps starts from
//
// drawn  what the steps before it drew      tokens  [T]
// The plan's TOKENS hold an id, or, with the highest bit set, the row of `drawn` that a candidate had before.

@group(0) @binding(0) var<storage, read> plan: array<u32>;
@group(0) @binding(1) var<storage, read> drawn: array<u32>;
@group(0) @binding(2) var<storage, read_write> tokens: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&tokens)) { return; }
  let given = list(TOKENS, id.x);
  tokens[id.x] = select(given, drawn[given & 0x7fffffffu], given >= 0x80000000u);
}
