// stats.y of logit_chunks.wgsl once more, over the tokens that min-p keeps: e^((l - M) / T) >= min_p, M the highest of the row
//
// One workgroup takes one chunk of one row. Nguyen et al., "Turning up the heat: min-p sampling", 2024.

// Injected: CHUNKS, and those of lanes.wgsl
const THREADS = 256u;
struct Settings { vocabulary: u32, pitch: u32, seed: u32, temperature: f32, min_p: f32 }
@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> stats: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> kept: array<vec4f>;
var<workgroup> partial: array<f32, THREADS / SUBGROUP>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  var highest = -3.0e38;
  for (var c = 0u; c < CHUNKS; c++) { highest = max(highest, stats[group.y * CHUNKS + c].x); }
  let own = stats[group.y * CHUNKS + group.x];
  let length = (settings.vocabulary + 4u * CHUNKS - 1u) / (4u * CHUNKS);
  let row = group.y * (settings.pitch / 4u);
  var mine = 0.0;
  for (var i = thread; i < length; i += THREADS) {
    let v = group.x * length + i;
    if (v * 4u < settings.vocabulary) {
      let is_token = vec4u(v * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(settings.vocabulary);
      let l = select(vec4f(-3.0e38), logits[row + v], is_token);
      let keeps = exp((l - vec4f(highest)) / settings.temperature) >= vec4f(settings.min_p);
      mine += dot(select(vec4f(0.0), exp((l - vec4f(own.x)) / settings.temperature), keeps), vec4f(1.0));
    }
  }
  let sum = sum_of_lanes(mine, thread);
  if (lane == 0u) { partial[subgroup] = sum; }
  workgroupBarrier();
  if (thread == 0u) {
    var total = 0.0;
    for (var s = 0u; s < THREADS / SUBGROUP; s++) { total += partial[s]; }
    kept[group.y * CHUNKS + group.x] = vec4f(own.x, total, own.z, own.w);
  }
}
