import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';

/**
 * How the projections of a checkpoint are packed. GPTQ as AutoGPTQ and GPTQModel write it: words hold input features, and
 * inputs may belong to groups in any order. AWQ as AutoAWQ's gemm version writes it: words hold output features.
 */
export interface Quantization {
  kind: 'gptq' | 'awq';
  bits: 4 | 8;
  /** Inputs that share a scale and a zero; all of them where it is undefined. */
  groupSize: number | undefined;
  /** What is added to stored zeros: files of GPTQ's first version hold one less. */
  zeroOffset: 0 | 1;
  /** Inputs are sorted into groups by `g_idx`, which then has to be there. */
  sorted: boolean;
}

/** Groups are made of so many inputs, which bounds how many scales there can be. */
const GROUPS_OF = 32;
const MOST_GROUP = 1 << 20;

const SUPPORTED = said`Choose weights of GPTQ or AWQ (gemm) in 4 or 8 bits, a GGUF file, or a checkpoint that is not quantised.`;

/**
 * Reads `quantization_config` of a `config.json`; undefined where there is none.
 * @throws CoppiceError `model-invalid` or `model-unsupported`
 */
export function parseQuantization(value: unknown): Quantization | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalid(said`The model's configuration has a quantization_config that is not an object.`);
  const json = value as Record<string, unknown>;
  const kind = json.quant_method;
  if (kind !== 'gptq' && kind !== 'awq')
    throw unsupported(said`The model is quantised with the method ${shown(kind)}, which is not supported.`);
  const bits = json.bits ?? json.w_bit;
  if (bits !== 4 && (bits !== 8 || kind === 'awq'))
    throw unsupported(said`The model is quantised with ${shown(bits)} bits, which is not supported.`);
  const size = json.group_size ?? json.q_group_size;
  if (size !== -1 && !(isInteger(size) && size > 0 && size <= MOST_GROUP && size % GROUPS_OF === 0)) {
    throw invalid(said`The model's configuration has groups of ${shown(size)} in its quantization_config.`);
  }
  const groupSize = size === -1 ? undefined : size;
  if (kind === 'awq') {
    const version = String(shown(json.version ?? 'gemm')).toLowerCase();
    if (version !== 'gemm')
      throw unsupported(said`The model is quantised with AWQ's version ${version}, which is not supported.`);
    return { kind, bits, groupSize, zeroOffset: 0, sorted: false };
  }
  const format = json.checkpoint_format ?? 'gptq';
  if (format !== 'gptq' && format !== 'gptq_v2')
    throw unsupported(said`The model is quantised with the format ${shown(format)}, which is not supported.`);
  return { kind, bits, groupSize, zeroOffset: format === 'gptq' ? 1 : 0, sorted: json.desc_act === true };
}

/** As people name it. */
export function quantizationName({ kind, bits }: Quantization): string {
  return `${kind.toUpperCase()} int${bits}`;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** A value of an unchecked file, fit for a message. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 40);
}

function unsupported(message: Said): CoppiceError {
  return new CoppiceError('model-unsupported', message, SUPPORTED);
}

function invalid(message: Said): CoppiceError {
  return new CoppiceError('model-invalid', message, said`Download the model again, or choose another one.`);
}
