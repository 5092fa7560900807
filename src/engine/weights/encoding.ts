import { toFloats, toHalves } from './half.ts';
import type { Encoding } from './parameters.ts';
import type { TensorType } from './safetensors.ts';

export const ENCODINGS: Record<TensorType, Encoding> = { F32: 'f32', F16: 'f16', BF16: 'bf16' };

/** Little-endian bytes of a tensor type in another encoding. */
export function converted(
  bytes: Uint8Array<ArrayBuffer>,
  type: TensorType,
  encoding: Encoding,
): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  if (ENCODINGS[type] === encoding) return bytes;
  const floats = toFloats(bytes, type);
  return encoding === 'f32' ? floats : toHalves(floats);
}
