// token ~ filter(softmax(logits / temperature)); also the untempered ln p(token)
//
// logits  [R, pitch] f32, V of them      draws  one per candidate: which row, who, where      scratch  [draws, 2, V] f32
// chosen  [draws] (token, bits of ln p as f32)
//
// One workgroup a draw. w = exp((l - max) / temperature) goes to scratch; each filter is then a threshold on w, found
// by bisection over the bits of the float (w >= 0, so bits order like values; 30 steps are exact). Order: temperature,
// top-k, top-p of what is left, min-p. Ties at a threshold are all kept. Top-p looks only at tokens that can matter:
// all those below (1 - p) Z / V together weigh less than what it may drop, so each thread first packs the others. The token is drawn by inverse CDF in id order
// with one uniform number, Threefry-2x32 of (seed, candidate; position): a draw does not depend on its neighbours.
// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011; min-p: Nguyen et al., 2024.

// Injected: THREADS, a multiple of SPAN
const SPAN = 16u;  // partial results that one thread sums first: all of them by every thread would cost more than the logits
const SPANS = THREADS / SPAN;
const ONE = 0x3f800000u;
struct Settings { vocabulary: u32, seed: u32, temperature: f32, top_k: u32, top_p: f32, min_p: f32, pitch: u32 }
struct Draw { row: u32, candidate: u32, position: u32 }
var<immediate> settings: Settings;
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> draws: array<Draw>;
@group(0) @binding(2) var<storage, read_write> scratch: array<f32>;
@group(0) @binding(3) var<storage, read_write> chosen: array<vec2u>;
var<workgroup> partial: array<f32, THREADS>;
var<workgroup> partial_id: array<u32, THREADS>;
var<workgroup> span: array<f32, SPANS>;
var<workgroup> span_id: array<u32, SPANS>;

// Sums in the order of the threads: the same order for every draw.
fn total(lane: u32, mine: f32) -> f32 {
  workgroupBarrier();
  partial[lane] = mine;
  workgroupBarrier();
  if (lane < SPANS) {
    var sum = 0.0;
    for (var i = lane * SPAN; i < (lane + 1u) * SPAN; i++) { sum += partial[i]; }
    span[lane] = sum;
  }
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < SPANS; i++) { sum += span[i]; }
  return sum;
}

// Weight, or number, of the tokens at or above the threshold, of the first `count` that `list` holds for each thread.
fn mass(lane: u32, list: u32, count: u32, threshold: u32, counting: bool) -> f32 {
  var mine = 0.0;
  for (var i = 0u; i < count; i++) {
    let w = scratch[list + i * THREADS + lane];
    if (bitcast<u32>(w) >= threshold) { mine += select(w, 1.0, counting); }
  }
  return total(lane, mine);
}

// The highest threshold, from `low` up, that still keeps `wanted`.
fn highest_threshold(lane: u32, list: u32, count: u32, wanted: f32, counting: bool, from_bits: u32) -> u32 {
  var low = from_bits;
  var high = ONE + 1u;
  // A fixed number of rounds, because barriers need uniform control flow: the range is below 2^30.
  for (var round = 0u; round < 30u; round++) {
    let middle = low + (high - low) / 2u;
    let is_enough = mass(lane, list, count, middle, counting) >= wanted;
    low = select(low, middle, is_enough);
    high = select(middle, high, is_enough);
  }
  return low;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let draw = draws[group.x];
  let source = draw.row * settings.pitch;
  let base = group.x * 2u * settings.vocabulary;

  // The most likely token; the lowest id wins a tie.
  var best = -3.0e38;
  var best_id = settings.vocabulary;
  for (var i = lane; i < settings.vocabulary; i += THREADS) {
    if (logits[source + i] > best) { best = logits[source + i]; best_id = i; }
  }
  partial[lane] = best;
  partial_id[lane] = best_id;
  workgroupBarrier();
  if (lane < SPANS) {
    for (var i = lane * SPAN; i < (lane + 1u) * SPAN; i++) {
      if (partial[i] > best || (partial[i] == best && partial_id[i] < best_id)) { best = partial[i]; best_id = partial_id[i]; }
    }
    span[lane] = best;
    span_id[lane] = best_id;
  }
  workgroupBarrier();
  for (var i = 0u; i < SPANS; i++) {
    if (span[i] > best || (span[i] == best && span_id[i] < best_id)) { best = span[i]; best_id = span_id[i]; }
  }
  var spread = 0.0;
  for (var i = lane; i < settings.vocabulary; i += THREADS) { spread += exp(logits[source + i] - best); }
  let log_total = best + log(total(lane, spread));

  var token = best_id;
  if (settings.temperature > 0.0) {
    for (var i = lane; i < settings.vocabulary; i += THREADS) {
      scratch[base + i] = exp((logits[source + i] - best) / settings.temperature);
    }
    // Until the walk below, each thread reads back only what it wrote itself.
    let all = (settings.vocabulary - lane + THREADS - 1u) / THREADS;
    var threshold = 0u;
    if (settings.top_k > 0u && settings.top_k < settings.vocabulary) {
      threshold = highest_threshold(lane, base, all, f32(settings.top_k), true, threshold);
    }
    if (settings.top_p < 1.0) {
      let kept = mass(lane, base, all, threshold, false);
      let negligible = max(threshold, bitcast<u32>((1.0 - settings.top_p) * kept / f32(settings.vocabulary) * 0.5));
      let packed_list = base + settings.vocabulary;
      var count = 0u;
      for (var i = lane; i < settings.vocabulary; i += THREADS) {
        let w = scratch[base + i];
        if (bitcast<u32>(w) >= negligible) {
          scratch[packed_list + count * THREADS + lane] = w;
          count++;
        }
      }
      threshold = highest_threshold(lane, packed_list, count, settings.top_p * kept, false, negligible);
    }
    threshold = max(threshold, bitcast<u32>(settings.min_p));

    let random = threefry(vec2u(settings.seed, draw.candidate), vec2u(draw.position, 0u));
    let uniform_number = f32(random.x >> 8u) / 16777216.0;
    // Contiguous stretches now, so that the walk is in id order.
    storageBarrier();
    let stretch = (settings.vocabulary + THREADS - 1u) / THREADS;
    var mine = 0.0;
    for (var i = lane * stretch; i < min((lane + 1u) * stretch, settings.vocabulary); i++) {
      let w = scratch[base + i];
      if (bitcast<u32>(w) >= threshold) { mine += w; }
    }
    let wanted = uniform_number * total(lane, mine);
    if (lane == 0u) {
      var passed = 0.0;
      var t = 0u;
      while (t < THREADS - 1u && passed + partial[t] <= wanted) { passed += partial[t]; t++; }
      // Rounding may leave the target past the last token: then the last kept token seen is taken.
      for (var i = t * stretch; i < min((t + 1u) * stretch, settings.vocabulary); i++) {
        let w = scratch[base + i];
        if (bitcast<u32>(w) >= threshold && w > 0.0) {
          token = i;
          passed += w;
          if (passed > wanted) { break; }
        }
      }
    }
  }
  if (lane == 0u) {
    chosen[group.x] = vec2u(token, bitcast<u32>(logits[source + token] - log_total));
  }
}
