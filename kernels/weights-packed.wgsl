// Eight neighbouring weights as they lie in the buffer, and as eight halves: f16 as they are, int8 and int4 in groups of 32
// with a scale each, as quantize.wgsl writes them. `index` counts eights from the start of the matrix.

// Injected: HALVES INT8 INT4 INTEGERS, one of them 1, and those of numbers.wgsl. The kernel declares `w` and `shape.scales_at`.
// INTEGERS are for integer matrices: sixteen int8 with their own sign, whose scale is left to whoever has their sums.
//# if HALVES
alias Eight = vec4<u32>;
alias WeightElement = vec4<u32>;
fn eight(index: u32) -> Eight { return w[index]; }
fn halves(packed: Eight) -> vec4<u32> { return packed; }
//# end
//# if INT8
struct Eight { low: u32, high: u32, scale: Number }
alias WeightElement = u32;
const UNIT = 128.0;
fn eight(index: u32) -> Eight { return Eight(w[2u * index], w[2u * index + 1u], scale_of(index)); }
fn halves(packed: Eight) -> vec4<u32> {
  let scale = packed.scale;
  return vec4(
    word_of(bytes_of(packed.low) * scale), word_of(bytes_of(packed.low >> 8u) * scale),
    word_of(bytes_of(packed.high) * scale), word_of(bytes_of(packed.high >> 8u) * scale));
}
//# end
//# if INTEGERS
alias Eight = vec4<u32>;
alias WeightElement = vec4<u32>;
fn eight(index: u32) -> Eight { return w[index]; }
// q + 128 as q in two's complement.
fn halves(packed: Eight) -> vec4<u32> { return packed ^ vec4<u32>(0x80808080u); }
//# end
//# if INT4
struct Eight { bits: u32, scale: Number }
alias WeightElement = u32;
const UNIT = 8.0;
fn eight(index: u32) -> Eight { return Eight(w[index], scale_of(index)); }
fn halves(packed: Eight) -> vec4<u32> {
  let bits = packed.bits;
  let scale = packed.scale;
  return vec4(
    word_of(nibbles_of(bits) * scale), word_of(nibbles_of(bits >> 4u) * scale),
    word_of(nibbles_of(bits >> 8u) * scale), word_of(nibbles_of(bits >> 12u) * scale));
}
//# end
//# if QUANTIZED
fn scale_of(index: u32) -> Number {
  let scales = pair_of(w[shape.scales_at + index / 8u]);
  return select(scales.x, scales.y, index / 4u % 2u == 1u) * UNIT;
}
//# end
