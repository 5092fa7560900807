// integers[t] = round(x[t] / s[t]) with s[t] = max |x[t]| / 127: activations for integer matrices, a scale for each token
//
// x  [T, PITCH] f16, PITCH a multiple of 16      out  [T, PITCH] i8, see integers.wgsl      scales  s [T] f32
// One workgroup a row.

// Injected: PITCH THREADS, and those of lanes.wgsl and numbers.wgsl
const EIGHTS = PITCH / 8u;

@group(0) @binding(0) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> out: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> scales: array<f32>;
var<workgroup> greatest: array<f32, THREADS / SUBGROUP>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  let first = group.x * EIGHTS;
  var most = Pair();
  for (var i = thread; i < EIGHTS; i += THREADS) {
    let v = x[first + i];
    let a = max(abs(pair_of(v.x)), abs(pair_of(v.y)));
    let b = max(abs(pair_of(v.z)), abs(pair_of(v.w)));
    most = max(most, max(a, b));
  }
  let own = max_of_lanes(f32(max(most.x, most.y)), thread);
  if (lane == 0u) { greatest[subgroup] = own; }
  workgroupBarrier();
  var all = 0.0;
  for (var s = 0u; s < THREADS / SUBGROUP; s++) { all = max(all, greatest[s]); }
  let by = to_integers(all);
  for (var i = thread; i < EIGHTS; i += THREADS) {
    let v = x[first + i];
    let low = vec4f(unpack2x16float(v.x), unpack2x16float(v.y));
    let high = vec4f(unpack2x16float(v.z), unpack2x16float(v.w));
    out[first + i] = vec2(integers(low * by), integers(high * by));
  }
  if (thread == 0u) { scales[group.x] = all / MOST_INTEGER; }
}
