// Eight neighbouring weights as they lie in the buffer, and as eight halves: f16 as they are, int8 and int4 in groups of 32
// with a scale each, as quantize.wgsl writes them. `index` counts eights from the start of the matrix.

// Injected: HALVES INT8 INT4, one of them 1. The kernel declares `w` and `shape.scales_at`.
//# if HALVES
alias Eight = vec4<u32>;
alias WeightElement = vec4<u32>;
fn eight(index: u32) -> Eight { return w[index]; }
fn halves(packed: Eight) -> vec4<u32> { return packed; }
//# end
//# if INT8
struct Eight { low: u32, high: u32, scale: f32 }
alias WeightElement = u32;
fn eight(index: u32) -> Eight { return Eight(w[2u * index], w[2u * index + 1u], scale_of(index)); }
fn low4(packed: Eight) -> vec4f { return vec4f(unpack4xI8(packed.low)) * packed.scale; }
fn high4(packed: Eight) -> vec4f { return vec4f(unpack4xI8(packed.high)) * packed.scale; }
//# end
//# if INT4
struct Eight { bits: u32, scale: f32 }
alias WeightElement = u32;
fn eight(index: u32) -> Eight { return Eight(w[index], scale_of(index)); }
fn nibbles(bits: u32) -> vec4f { return vec4f((vec4u(bits) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u)) - vec4f(8.0); }
fn low4(packed: Eight) -> vec4f { return nibbles(packed.bits) * packed.scale; }
fn high4(packed: Eight) -> vec4f { return nibbles(packed.bits >> 16u) * packed.scale; }
//# end
//# if QUANTIZED
fn scale_of(index: u32) -> f32 {
  let pair = unpack2x16float(w[shape.scales_at + index / 8u]);
  return select(pair.x, pair.y, index / 4u % 2u == 1u);
}
fn halves(packed: Eight) -> vec4<u32> {
  let low = low4(packed);
  let high = high4(packed);
  return vec4(pack2x16float(low.xy), pack2x16float(low.zw), pack2x16float(high.xy), pack2x16float(high.zw));
}
//# end
