import { gelu, layerNorm, multiply, rmsNorm, swiglu } from '../../src/engine/reference/linear.ts';
import { multipliersOf, NORM_EPSILON, type RandomCheckpoint, ROPE_THETA } from './random-checkpoint.ts';

/**
 * A decoder in f64, as plain as it goes: one sequence, dense causal attention, nothing cached or shared.
 * The logits after each token, [T, V].
 */
export function referenceLogits({ shape, weights }: RandomCheckpoint, tokens: number[]): Float64Array[] {
  const { layers, width: D, heads: H, kvHeads: K, headWidth: d, feedForward: F, vocabulary: V, tiedHead } = shape;
  const T = tokens.length;
  const weight = (name: string) => weights.get(name)!;
  const project = (x: Float64Array, name: string, columns: number, depth: number) =>
    multiply(x, weight(`${name}.weight`), { rows: T, columns, depth }, weights.get(`${name}.bias`));
  const norm = (x: Float64Array, name: string) => {
    const [gain, bias] = [weight(`${name}.weight`), weights.get(`${name}.bias`)];
    return bias ? layerNorm(x, gain, bias, T, NORM_EPSILON) : rmsNorm(x, gain, T, NORM_EPSILON);
  };
  const feedForward = (x: Float64Array, mlp: string) => {
    if (weights.has(`${mlp}.c_fc.weight`)) return project(gelu(project(x, `${mlp}.c_fc`, F, D)), `${mlp}.c_proj`, D, F);
    const [gate, up] = [project(x, `${mlp}.gate_proj`, F, D), project(x, `${mlp}.up_proj`, F, D)];
    const gateUp = Float64Array.from({ length: T * 2 * F }, (_, i) => {
      const [t, column] = [Math.floor(i / (2 * F)), i % (2 * F)];
      return column < F ? gate[t * F + column]! : up[t * F + column - F]!;
    });
    return project(swiglu(gateUp, T, F), `${mlp}.down_proj`, D, F);
  };
  const { embedding_multiplier, attention_multiplier, residual_multiplier, logits_scaling } = multipliersOf(shape);
  const add = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + residual_multiplier * y[i]!);

  const embedding = weight('model.embed_tokens.weight');
  let x = Float64Array.from(tokens.flatMap((token) => [...embedding.subarray(token * D, (token + 1) * D)]));
  x = x.map((value) => value * embedding_multiplier);
  for (let l = 0; l < layers; l++) {
    const at = `model.layers.${l}`;
    const seen = norm(x, `${at}.input_layernorm`);
    const heads = (part: 'q' | 'k', count: number) => {
      const all = project(seen, `${at}.self_attn.${part}_proj`, count * d, D);
      const gain = weights.get(`${at}.self_attn.${part}_norm.weight`);
      return turned(gain ? rmsNorm(all, gain, T * count, NORM_EPSILON) : all, count, d);
    };
    const [q, k] = [heads('q', H), heads('k', K)];
    const v = project(seen, `${at}.self_attn.v_proj`, K * d, D);
    const attended = causalAttention(q, k, v, { T, H, K, d, scale: attention_multiplier });
    x = add(x, project(attended, `${at}.self_attn.o_proj`, D, H * d));
    x = add(x, feedForward(norm(x, `${at}.post_attention_layernorm`), `${at}.mlp`));
  }
  const last = norm(x, 'model.norm');
  const head = tiedHead ? embedding : weight('lm_head.weight');
  const logits = multiply(last, head, { rows: T, columns: V, depth: D }).map((value) => value / logits_scaling);
  return tokens.map((_, t) => logits.slice(t * V, (t + 1) * V));
}

/** Rotary embedding of [T, heads, d] at positions 0 to T - 1: pair (i, i + d/2) by position * theta^(-2i/d). */
function turned(x: Float64Array, heads: number, d: number): Float64Array {
  const half = d / 2;
  return x.map((_, at) => {
    const i = at % d;
    const pair = i % half;
    const position = Math.floor(at / (heads * d));
    const angle = position * ROPE_THETA ** (-pair / half);
    const head = at - i;
    const [low, high] = [x[head + pair]!, x[head + pair + half]!];
    return i < half ? low * Math.cos(angle) - high * Math.sin(angle) : high * Math.cos(angle) + low * Math.sin(angle);
  });
}

function causalAttention(
  q: Float64Array,
  k: Float64Array,
  v: Float64Array,
  { T, H, K, d, scale }: { T: number; H: number; K: number; d: number; scale: number },
): Float64Array {
  const out = new Float64Array(T * H * d);
  for (let t = 0; t < T; t++) {
    for (let h = 0; h < H; h++) {
      const group = Math.floor((h * K) / H);
      const query = (t * H + h) * d;
      const scores = Array.from({ length: t + 1 }, (_, s) => {
        let dot = 0;
        for (let i = 0; i < d; i++) dot += q[query + i]! * k[(s * K + group) * d + i]!;
        return dot * scale;
      });
      const highest = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - highest));
      const total = weights.reduce((a, b) => a + b, 0);
      for (const [s, w] of weights.entries()) {
        for (let i = 0; i < d; i++) out[query + i]! += (w / total) * v[(s * K + group) * d + i]!;
      }
    }
  }
  return out;
}
