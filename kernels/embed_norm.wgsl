// x[t] = EMBEDDING_SCALE * E[token[t]] as f32, and its norm: see row_norm.wgsl
//
// table  E [V, PITCH] f16      tokens  [T], the highest bit of no matter      gain  [D] f32, perhaps bias      x  [T, D] f32      normed  [T, PITCH] f16 or i8

@group(0) @binding(0) var<storage, read> table: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>;
//# if HALVES
@group(0) @binding(4) var<storage, read_write> normed: array<vec2<u32>>;
//# end
//# if INTEGERS
@group(0) @binding(4) var<storage, read_write> normed: array<u32>;
@group(0) @binding(5) var<storage, read_write> scales: array<f32>;
//# end

@compute @workgroup_size(NORM_THREADS)
fn main(@builtin(workgroup_id) group: vec3u, place: Place) {
  let thread = thread_at(place);
  let subgroup = subgroup_at(place);
  let lane = lane_at(place);
  let from_row = (tokens[group.x] & 0x7fffffffu) * (PITCH / 4u);
  var values: array<vec4f, VALUES>;
  //# for i < VALUES
  let at_${i} = min(thread + ${i}u * NORM_THREADS, VECTORS - 1u);
  let halves_${i} = table[from_row + at_${i}];
  values[${i}u] = EMBEDDING_SCALE * vec4f(unpack2x16float(halves_${i}.x), unpack2x16float(halves_${i}.y));
  x[group.x * VECTORS + at_${i}] = values[${i}u];
  //# end
  put_normed(group.x, thread, subgroup, lane, &values);
}
