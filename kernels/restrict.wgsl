// logits[row, i] = FORBIDDEN where bit i of the row's mask is 0: what is drawn from the row then is a token whose bit is 1
//
// logits  [R, pitch] f32, V of them, in place      rows  [n] which rows      allowed  [n, ceil(V / 32)] bits, the lowest first
// One thread a token, a row of workgroups a row.

const THREADS = 64u;
// Finite, so that every difference and quotient of logits stays a number; sampler.ts knows it too.
const FORBIDDEN = -1e30;
struct Settings { vocabulary: u32, pitch: u32 }
var<immediate> settings: Settings;
@group(0) @binding(0) var<storage, read_write> logits: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> allowed: array<u32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) at: vec3u) {
  if (at.x >= settings.vocabulary) { return; }
  let words = (settings.vocabulary + 31u) / 32u;
  let word = allowed[at.y * words + at.x / 32u];
  if (((word >> (at.x % 32u)) & 1u) == 0u) { logits[rows[at.y] * settings.pitch + at.x] = FORBIDDEN; }
}
