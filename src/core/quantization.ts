/** Whether the name of a GGUF file, without its ending, says last that its weights are of this type, such as `Q4_K_M`. */
export function isQuantizedAs(name: string, quantization: string): boolean {
  const [words, wanted] = [name.toLowerCase(), quantization.toLowerCase()];
  const before = words.at(-wanted.length - 1);
  if (wanted === '' || !words.endsWith(wanted)) return false;
  // `K_M` is no type, though an underscore may come before one.
  return before === undefined || /[-./]/.test(before) || (before === '_' && /^(i?q|b?f)\d/.test(wanted));
}
