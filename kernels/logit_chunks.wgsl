// What one chunk of a row's logits adds up to: the first half of drawing a token without filters, or with min-p
//
// logits  [R, pitch] f32, V of them      stats  [R, CHUNKS] (max, sum e^((l - max) / T), sum e^(l - max), first id at max)
//
// One workgroup takes one chunk of one row, so that few rows fill the GPU too; V is cut into CHUNKS stretches of whole
// vectors, of which a thread has AT_ONCE under way. With a temperature of 0 the second sum is left out of use, with 1 it is the
// third.

// Injected: CHUNKS AT_ONCE, and those of lanes.wgsl
const THREADS = 256u;
struct Settings { vocabulary: u32, pitch: u32, seed: u32, temperature: f32, min_p: f32 }
@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> stats: array<vec4f>;
var<workgroup> partial: array<vec4f, THREADS / SUBGROUP>;

struct Sums { peak: f32, tempered: f32, plain: f32, id: u32 }

fn joined(a: Sums, b: Sums, over: f32) -> Sums {
  let peak = max(a.peak, b.peak);
  let id = select(select(b.id, a.id, a.peak > b.peak), min(a.id, b.id), a.peak == b.peak);
  return Sums(
    peak,
    a.tempered * exp((a.peak - peak) * over) + b.tempered * exp((b.peak - peak) * over),
    a.plain * exp(a.peak - peak) + b.plain * exp(b.peak - peak),
    id);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  let over = select(1.0 / settings.temperature, 1.0, settings.temperature == 0.0);
  let length = (settings.vocabulary + 4u * CHUNKS - 1u) / (4u * CHUNKS);
  let from_vector = group.x * length;
  let row = group.y * (settings.pitch / 4u);
  var mine = Sums(-3.0e38, 0.0, 0.0, 0xffffffffu);
  for (var i = thread; i < length; i += AT_ONCE * THREADS) {
    //# for u < AT_ONCE
    let at_${u} = i + ${u}u * THREADS;
    let first_${u} = (from_vector + at_${u}) * 4u;
    // Of this chunk, and of the vocabulary.
    let end_${u} = select(0u, settings.vocabulary, at_${u} < length);
    let all_${u} = logits[row + min(from_vector + at_${u}, settings.pitch / 4u - 1u)];
    //# end
    var peak = -3.0e38;
    //# for u < AT_ONCE
    let l_${u} = select(vec4f(-3.0e38), all_${u}, vec4u(first_${u}) + vec4u(0u, 1u, 2u, 3u) < vec4u(end_${u}));
    let peak_${u} = max(max(l_${u}.x, l_${u}.y), max(l_${u}.z, l_${u}.w));
    let id_${u} = first_${u} + select(select(select(3u, 2u, l_${u}.z == peak_${u}), 1u, l_${u}.y == peak_${u}), 0u, l_${u}.x == peak_${u});
    peak = max(peak, peak_${u});
    //# end
    var id = 0xffffffffu;
    var plain = vec4f();
    //# for u < AT_ONCE
    if (peak_${u} == peak) { id = min(id, id_${u}); }
    plain += exp(l_${u} - vec4f(peak));
    //# end
    var tempered = plain;
    if (over != 1.0) {
      tempered = vec4f();
      //# for u < AT_ONCE
      tempered += exp((l_${u} - vec4f(peak)) * over);
      //# end
    }
    mine = joined(mine, Sums(peak, dot(tempered, vec4f(1.0)), dot(plain, vec4f(1.0)), id), over);
  }
  for (var mask = 1u; mask < SUBGROUP; mask *= 2u) {
    let other = Sums(
      across(mine.peak, mask, thread), across(mine.tempered, mask, thread),
      across(mine.plain, mask, thread), bitcast<u32>(across(bitcast<f32>(mine.id), mask, thread)));
    mine = joined(mine, other, over);
  }
  if (lane == 0u) { partial[subgroup] = vec4f(mine.peak, mine.tempered, mine.plain, bitcast<f32>(mine.id)); }
  workgroupBarrier();
  if (thread == 0u) {
    for (var s = 1u; s < THREADS / SUBGROUP; s++) {
      let other = partial[s];
      mine = joined(mine, Sums(other.x, other.y, other.z, bitcast<u32>(other.w)), over);
    }
    stats[group.y * CHUNKS + group.x] = vec4f(mine.peak, mine.tempered, mine.plain, bitcast<f32>(mine.id));
  }
}
