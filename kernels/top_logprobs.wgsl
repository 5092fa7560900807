// The k most likely tokens of each row with their ln p, most likely first; the lower id first on ties
//
// logits  [R, pitch] f32, V of them      rows  [n] which rows are wanted      top  [n, k] (token, bits of ln p as f32)
// One workgroup a row; k rounds, each finds the greatest pair (logit, -id) below the one before.

const THREADS = 64u;
struct Settings { vocabulary: u32, k: u32, pitch: u32 }
var<immediate> settings: Settings;
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read_write> top: array<vec2u>;
var<workgroup> partial: array<f32, THREADS>;
var<workgroup> partial_id: array<u32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let source = rows[group.x] * settings.pitch;
  var bound = 3.0e38;
  var bound_id = 0u;
  var highest = 0.0;
  var log_total = 0.0;
  for (var round = 0u; round < settings.k; round++) {
    var best = -3.0e38;
    var best_id = settings.vocabulary;
    for (var i = lane; i < settings.vocabulary; i += THREADS) {
      let l = logits[source + i];
      let below = l < bound || (l == bound && i > bound_id);
      if (below && l > best) { best = l; best_id = i; }
    }
    workgroupBarrier();
    partial[lane] = best;
    partial_id[lane] = best_id;
    workgroupBarrier();
    for (var i = 0u; i < THREADS; i++) {
      if (partial[i] > best || (partial[i] == best && partial_id[i] < best_id)) { best = partial[i]; best_id = partial_id[i]; }
    }
    if (round == 0u) {
      highest = best;
      var mine = 0.0;
      for (var i = lane; i < settings.vocabulary; i += THREADS) { mine += exp(logits[source + i] - highest); }
      workgroupBarrier();
      partial[lane] = mine;
      workgroupBarrier();
      var sum = 0.0;
      for (var i = 0u; i < THREADS; i++) { sum += partial[i]; }
      log_total = highest + log(sum);
    }
    bound = best;
    bound_id = best_id;
    if (lane == 0u) { top[group.x * settings.k + round] = vec2u(best_id, bitcast<u32>(best - log_total)); }
  }
}
