// Two neighbouring halves of a word as numbers to compute with: f16 where the GPU adapter has it, else f32

// Injected: F16 or F32 as 1
//# if F16
alias Number = f16;
alias Pair = vec2<f16>;
fn pair_of(word: u32) -> Pair { return bitcast<vec2<f16>>(word); }
fn word_of(pair: Pair) -> u32 { return bitcast<u32>(pair); }
// q / 2^7 - 1 of two 8-bit q, the lower bytes of both halves, and q / 2^3 - 1 of two 4-bit ones: bits of an f16 near 9, and 129.
fn bytes_of(bits: u32) -> Pair { return bitcast<vec2<f16>>((bits & 0x00ff00ffu) | 0x48004800u) - vec2<f16>(9.0h); }
fn nibbles_of(bits: u32) -> Pair { return bitcast<vec2<f16>>((bits & 0x000f000fu) | 0x58005800u) - vec2<f16>(129.0h); }
//# end
//# if F32
alias Number = f32;
alias Pair = vec2f;
fn pair_of(word: u32) -> Pair { return unpack2x16float(word); }
fn word_of(pair: Pair) -> u32 { return pack2x16float(pair); }
fn bytes_of(bits: u32) -> Pair { return vec2f(vec2u(bits, bits >> 16u) & vec2u(255u)) / 128.0 - 1.0; }
fn nibbles_of(bits: u32) -> Pair { return vec2f(vec2u(bits, bits >> 16u) & vec2u(15u)) / 8.0 - 1.0; }
//# end
