/** CPU references of the dense kernels, in f64. Matrices are row-major. */

/** y [T, N] = x [T, K] w [N, K]^T + bias [N]. */
export function multiply(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  shape: { rows: number; columns: number; depth: number },
  bias?: ArrayLike<number>,
): Float64Array {
  const { rows, columns, depth } = shape;
  const y = new Float64Array(rows * columns);
  for (let t = 0; t < rows; t++) {
    for (let n = 0; n < columns; n++) {
      let sum = bias?.[n] ?? 0;
      for (let k = 0; k < depth; k++) sum += x[t * depth + k]! * w[n * depth + k]!;
      y[t * columns + n] = sum;
    }
  }
  return y;
}

/** Each row of x [T, D] over its root mean square, times gain [D]. */
export function rmsNorm(x: ArrayLike<number>, gain: ArrayLike<number>, rows: number, epsilon: number): Float64Array {
  const width = gain.length;
  const y = new Float64Array(rows * width);
  for (let t = 0; t < rows; t++) {
    let squares = 0;
    for (let i = 0; i < width; i++) squares += x[t * width + i]! ** 2;
    const scale = 1 / Math.sqrt(squares / width + epsilon);
    for (let i = 0; i < width; i++) y[t * width + i] = x[t * width + i]! * scale * gain[i]!;
  }
  return y;
}

/** The same with the mean of each row taken away first, and a bias [D] added. */
export function layerNorm(
  x: ArrayLike<number>,
  gain: ArrayLike<number>,
  bias: ArrayLike<number>,
  rows: number,
  epsilon: number,
): Float64Array {
  const width = gain.length;
  const centred = Float64Array.from(x);
  for (let t = 0; t < rows; t++) {
    const row = centred.subarray(t * width, (t + 1) * width);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    for (let i = 0; i < width; i++) row[i]! -= mean;
  }
  return rmsNorm(centred, gain, rows, epsilon).map((value, i) => value + bias[i % width]!);
}

/** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) of each element. */
export function gelu(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (z) => (z / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))));
}

/** silu(gate) * up for each row of [T, 2F], gate first. */
export function swiglu(gateUp: ArrayLike<number>, rows: number, feedForward: number): Float64Array {
  return Float64Array.from({ length: rows * feedForward }, (_, i) => {
    const at = Math.floor(i / feedForward) * 2 * feedForward + (i % feedForward);
    const gate = gateUp[at]!;
    return (gate / (1 + Math.exp(-gate))) * gateUp[at + feedForward]!;
  });
}
