// The end of a decode step: tokens become the next step's input, candidates that drew an end token rest, the step counts up
//
// chosen  [T] (token, bits of ln p)      tokens, drawn  [T], the highest bit set once a candidate rests
// draws  [T], whose positions move on      history  [steps, T] what each step drew; 0xffffffff from a resting candidate

struct Draw { row: u32, candidate: u32, position: u32 }
struct Shape { rows: u32, ends: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> chosen: array<vec2u>;
@group(0) @binding(2) var<storage, read> ends: array<u32>;
@group(0) @binding(3) var<storage, read_write> plan: array<u32>;
@group(0) @binding(4) var<storage, read_write> tokens: array<u32>;
@group(0) @binding(5) var<storage, read_write> drawn: array<u32>;
@group(0) @binding(6) var<storage, read_write> draws: array<Draw>;
@group(0) @binding(7) var<storage, read_write> history: array<vec2u>;
const RESTING = 0x80000000u;

// One workgroup, so that all rows have read the step before it counts up.
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  let step = plan[0];
  for (var row = thread; row < shape.rows; row += 256u) {
    var token = chosen[row].x;
    let rests = tokens[row] >= RESTING;
    history[step * shape.rows + row] = select(chosen[row], vec2u(0xffffffffu), rests);
    var is_end = rests;
    for (var i = 0u; i < shape.ends; i++) { is_end = is_end || ends[i] == token; }
    if (is_end) { token |= RESTING; }
    tokens[row] = token;
    drawn[row] = token;
    draws[row].position += 1u;
  }
  storageBarrier();
  workgroupBarrier();
  if (thread == 0u) { plan[0] = step + 1u; }
}
