// Lanes: SUBGROUP neighbouring threads that swap values and add them up
//
//   FIXED    a subgroup of the GPU adapter, all of one size
//   VARYING  a part of one, as large as the smallest that the adapter may make: a larger one has several
//   MEMORY   threads that swap through workgroup memory, where the adapter has no subgroups
//
// All threads of a workgroup call these together, for the sake of MEMORY.

// Injected: SUBGROUP; FIXED VARYING MEMORY, one of them 1, and SWAPS, 1 unless FIXED is. The kernel declares THREADS.
//# if FIXED
struct Place {
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
}
fn thread_at(place: Place) -> u32 { return place.thread; }
fn subgroup_at(place: Place) -> u32 { return place.subgroup; }
fn lane_at(place: Place) -> u32 { return place.lane; }
//# end
//# if VARYING
struct Place {
  @builtin(subgroup_size) size: u32,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
}
fn thread_at(place: Place) -> u32 { return place.subgroup * place.size + place.lane; }
fn subgroup_at(place: Place) -> u32 { return thread_at(place) / SUBGROUP; }
fn lane_at(place: Place) -> u32 { return place.lane % SUBGROUP; }
//# end
//# if MEMORY
struct Place { @builtin(local_invocation_index) thread: u32 }
fn thread_at(place: Place) -> u32 { return place.thread; }
fn subgroup_at(place: Place) -> u32 { return place.thread / SUBGROUP; }
fn lane_at(place: Place) -> u32 { return place.thread % SUBGROUP; }
var<workgroup> swapped: array<f32, THREADS>;
fn across(value: f32, mask: u32, thread: u32) -> f32 {
  workgroupBarrier();
  swapped[thread] = value;
  workgroupBarrier();
  return swapped[thread ^ mask];
}
//# end

// Of the lane whose number differs in the bits of `mask`, which is below SUBGROUP.
//# if FIXED
fn across(value: f32, mask: u32, thread: u32) -> f32 { return subgroupShuffleXor(value, mask); }
fn sum_of_lanes(value: f32, thread: u32) -> f32 { return subgroupAdd(value); }
fn max_of_lanes(value: f32, thread: u32) -> f32 { return subgroupMax(value); }
//# end
//# if VARYING
fn across(value: f32, mask: u32, thread: u32) -> f32 { return subgroupShuffleXor(value, mask); }
//# end
//# if SWAPS
fn sum_of_lanes(value: f32, thread: u32) -> f32 { return sum_of(SUBGROUP, value, thread); }
fn max_of_lanes(value: f32, thread: u32) -> f32 { return max_of(SUBGROUP, value, thread); }
//# end
// Over so many neighbouring lanes, a power of two.
fn sum_of(count: u32, value: f32, thread: u32) -> f32 {
  var sum = value;
  for (var mask = 1u; mask < count; mask *= 2u) { sum += across(sum, mask, thread); }
  return sum;
}
fn max_of(count: u32, value: f32, thread: u32) -> f32 {
  var most = value;
  for (var mask = 1u; mask < count; mask *= 2u) { most = max(most, across(most, mask, thread)); }
  return most;
}
