// gelu(x) = x/2 (1 + tanh(u)) = x / (1 + e^-2u) with u = sqrt(2/pi) (x + 0.044715 x^3)
// Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016, by the approximation that they give.

// The kernel declares Activated, some f32 numbers at a time.
fn gelu(x: Activated) -> Activated {
  return x / (1.0 + exp(-1.5957691216057308 * (x + 0.044715 * x * x * x)));
}
