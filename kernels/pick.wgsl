// token ~ softmax(logits / T), where min-p keeps it; also the untempered ln p(token): the second half, after logit_chunks.wgsl
//
// logits  [R, pitch] f32, V of them      draws  one a row: which row, who, where      stats  [R, CHUNKS]
// chosen  [R] (token, bits of ln p as f32)
//
// One workgroup a row. By inverse CDF in id order with one uniform number, as sample.wgsl does: the chunk first, from its
// sums, then the token in it: among GROUPS stretches of it, then among the threads of one, then among its tokens.

// Injected: CHUNKS
const THREADS = 256u;
const GROUPS = 16u;
const EACH = THREADS / GROUPS;
struct Settings { vocabulary: u32, pitch: u32, seed: u32, temperature: f32, min_p: f32 }
struct Draw { row: u32, candidate: u32, position: u32 }
@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> draws: array<Draw>;
@group(0) @binding(3) var<storage, read> stats: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> chosen: array<vec2u>;
var<workgroup> partial: array<f32, THREADS>;
var<workgroup> grouped: array<f32, GROUPS>;

// e^((l - M) / T) of a token, 0 where min-p drops it.
fn weight_of(l: f32, highest: f32) -> f32 {
  let w = exp((l - highest) / settings.temperature);
  return select(0.0, w, w >= settings.min_p);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let draw = draws[group.x];
  let row = draw.row * settings.pitch;
  let from_stats = draw.row * CHUNKS;
  var highest = -3.0e38;
  var token = 0u;
  for (var c = 0u; c < CHUNKS; c++) {
    let stat = stats[from_stats + c];
    if (stat.x > highest) { highest = stat.x; token = bitcast<u32>(stat.w); }
  }
  var plain = 0.0;
  var tempered = 0.0;
  for (var c = 0u; c < CHUNKS; c++) {
    let stat = stats[from_stats + c];
    plain += stat.z * exp(stat.x - highest);
    if (settings.temperature > 0.0) { tempered += stat.y * exp((stat.x - highest) / settings.temperature); }
  }
  if (settings.temperature > 0.0) {
    let random = threefry(vec2u(settings.seed, draw.candidate), vec2u(draw.position, 0u));
    let wanted = f32(random.x >> 8u) / 16777216.0 * tempered;
    var passed = 0.0;
    var chunk = 0u;
    for (; chunk < CHUNKS - 1u; chunk++) {
      let stat = stats[from_stats + chunk];
      let next = passed + stat.y * exp((stat.x - highest) / settings.temperature);
      if (next > wanted) { break; }
      passed = next;
    }
    let length = (settings.vocabulary + 4u * CHUNKS - 1u) / (4u * CHUNKS) * 4u;
    let start = chunk * length;
    let end = min(start + length, settings.vocabulary);
    let stretch = (length + THREADS - 1u) / THREADS;
    var mine = 0.0;
    for (var i = start + thread * stretch; i < min(start + (thread + 1u) * stretch, end); i++) {
      mine += weight_of(logits[row + i], highest);
    }
    partial[thread] = mine;
    workgroupBarrier();
    if (thread < GROUPS) {
      var sum = 0.0;
      for (var t = 0u; t < EACH; t++) { sum += partial[thread * EACH + t]; }
      grouped[thread] = sum;
    }
    workgroupBarrier();
    if (thread == 0u) {
      var group = 0u;
      while (group < GROUPS - 1u && passed + grouped[group] <= wanted) { passed += grouped[group]; group++; }
      var t = group * EACH;
      while (t < (group + 1u) * EACH - 1u && passed + partial[t] <= wanted) { passed += partial[t]; t++; }
      // Rounding may leave the target past the last token: then the last kept token seen is taken.
      for (var i = min(start + t * stretch, end); i < min(start + (t + 1u) * stretch, end); i++) {
        let w = weight_of(logits[row + i], highest);
        if (w > 0.0) {
          token = i;
          passed += w;
          if (passed > wanted) { break; }
        }
      }
    }
  }
  if (thread == 0u) {
    chosen[group.x] = vec2u(token, bitcast<u32>(logits[row + token] - highest - log(plain)));
  }
}
