// out[to(row), column] = the elements of a tensor's blocks, as f16
//
// raw  [rows, columns / ELEMENTS] blocks of BLOCK_BYTES bytes, bytes packed into words      out  [.., pitch] f16
// The forms of blocks are those of ggml, and one for words of integers; src/engine/reference/blocks.ts says the same in a readable way. One thread decodes 32
// neighbours of a row. Rows go where the matrix has them: below those above, or in groups that alternate with those of other parts.

// Injected: ELEMENTS BLOCK_BYTES, one of NIBBLES BYTES SUB_BLOCKS SIX_BITS WORD_BITS, and LOW HIGH FIFTH MINIMUM ZERO NON_LINEAR as those need
const GROUPS = ELEMENTS / 32u;  // of a block

// `groups`: columns / 32
struct Shape { rows: u32, groups: u32, pitch: u32, first_row: u32, above: u32, interleave: u32, parts: u32, part: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> raw: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;

fn byte(at: u32) -> u32 {
  return (raw[at / 4u] >> (at % 4u * 8u)) & 255u;
}

fn signed(at: u32) -> f32 {
  return f32(i32(byte(at) << 24u) >> 24u);
}

fn half(at: u32) -> f32 {
  return unpack2x16float(byte(at) | (byte(at + 1u) << 8u)).x;
}

fn place(row: u32) -> u32 {
  if (shape.interleave == 0u) { return shape.above + row; }
  return (row / shape.interleave * shape.parts + shape.part) * shape.interleave + row % shape.interleave;
}
//# if NIBBLES

fn scales(block: u32, group: u32) -> vec2f {
  return vec2f(half(block), select(0.0, half(block + 2u), MINIMUM == 1u));
}

fn element(block: u32, group: u32, i: u32, scale: vec2f) -> f32 {
  var q = (byte(block + LOW + i % 16u) >> (i / 16u * 4u)) & 15u;
  if (FIFTH == 1u) { q |= ((byte(block + HIGH + i / 8u) >> (i % 8u)) & 1u) << 4u; }
  //# if NON_LINEAR
  var values = array(-127.0, -104.0, -83.0, -65.0, -49.0, -35.0, -22.0, -10.0, 1.0, 13.0, 25.0, 38.0, 53.0, 69.0, 89.0, 113.0);
  return scale.x * values[q];
  //# end
  //# if LINEAR
  return scale.x * (f32(q) - f32(ZERO)) + scale.y;
  //# end
}
//# end
//# if BYTES

fn scales(block: u32, group: u32) -> vec2f {
  return vec2f(half(block), 0.0);
}

fn element(block: u32, group: u32, i: u32, scale: vec2f) -> f32 {
  return scale.x * signed(block + 2u + i);
}
//# end
//# if SUB_BLOCKS

// Six bits each of a scale and a minimum, from 12 bytes for eight groups.
fn scales(block: u32, group: u32) -> vec2f {
  let at = block + 4u;
  var scale = byte(at + group % 4u);
  var least = byte(at + 4u + group % 4u);
  if (group < 4u) {
    scale &= 63u;
    least &= 63u;
  } else {
    let low = byte(at + group + 4u);
    scale = (low & 15u) | ((scale >> 6u) << 4u);
    least = (low >> 4u) | ((least >> 6u) << 4u);
  }
  return vec2f(half(block) * f32(scale), -half(block + 2u) * f32(least));
}

fn element(block: u32, group: u32, i: u32, scale: vec2f) -> f32 {
  var q = (byte(block + LOW + group / 2u * 32u + i) >> (group % 2u * 4u)) & 15u;
  if (FIFTH == 1u) { q |= ((byte(block + HIGH + i) >> group) & 1u) << 4u; }
  return scale.x * f32(q) + scale.y;
}
//# end
//# if SIX_BITS

fn scales(block: u32, group: u32) -> vec2f {
  let at = block + 192u + group * 2u;
  return half(block + 208u) * vec2f(signed(at), signed(at + 1u));
}

fn element(block: u32, group: u32, i: u32, scale: vec2f) -> f32 {
  let row = group % 4u;
  let low = (byte(block + group / 4u * 64u + row % 2u * 32u + i) >> (row / 2u * 4u)) & 15u;
  let high = (byte(block + 128u + group / 4u * 32u + i) >> (row * 2u)) & 3u;
  return select(scale.x, scale.y, i >= 16u) * (f32(low | (high << 4u)) - 32.0);
}
//# end
//# if WORD_BITS

// The scale, and the zero above it.
fn scales(block: u32, group: u32) -> vec2f {
  let head = raw[block / 4u];
  return vec2f(unpack2x16float(head).x, f32(head >> 16u));
}

fn element(block: u32, group: u32, i: u32, scale: vec2f) -> f32 {
  let bit = i * WORD_BITS;
  let q = extractBits(raw[block / 4u + 1u + bit / 32u], bit % 32u, WORD_BITS);
  return scale.x * (f32(q) - scale.y);
}
//# end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = (group.y * groups.x + group.x) * 64u + thread;
  if (index >= shape.rows * shape.groups) { return; }
  let row = index / shape.groups;
  let at = index % shape.groups;
  let block = index / GROUPS * BLOCK_BYTES;
  let within = at % GROUPS;
  let scale = scales(block, within);
  let to = (place(shape.first_row + row) * shape.pitch + at * 32u) / 2u;
  for (var pair = 0u; pair < 16u; pair++) {
    let value = vec2f(element(block, within, 2u * pair, scale), element(block, within, 2u * pair + 1u, scale));
    out[to + pair] = pack2x16float(value);
  }
}
