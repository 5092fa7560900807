const WHOLE_LENGTH = 4000;

/**
 * A test file cut to what mentions a word: its imports, and the blocks that use it. A block is an unindented line
 * with what is indented below it; in a large class, a method with what is indented below it. A small file is whole.
 */
export function excerpt(text: string, symbol: string): string {
  if (text.length <= WHOLE_LENGTH) return text;
  const word = symbol.split('.').at(-1)!;
  const kept: string[] = [];
  for (const block of blocksOf(text.split('\n'), 0)) {
    const whole = block.join('\n');
    if (isImport(block[0]!)) kept.push(whole);
    else if (!whole.includes(word)) continue;
    else if (whole.length <= WHOLE_LENGTH) kept.push(whole);
    else kept.push(insideOf(block, word));
  }
  return `${kept.join('\n').trimEnd()}\n`;
}

function insideOf(block: string[], word: string): string {
  const [head, ...body] = block;
  const indent = body.find((line) => line.trim() !== '')?.search(/\S/) ?? 0;
  const inner = blocksOf(body, indent).filter((part) => part.join('\n').includes(word));
  return [head, ...inner.flat()].join('\n');
}

/** Splits lines where one starts at an indent (closing brackets and decorated lines go with what they belong to). */
function blocksOf(lines: string[], indent: number): string[][] {
  const blocks: string[][] = [];
  let decorated = false;
  for (const line of lines) {
    const at = line.search(/\S/);
    const starts = at >= 0 && at <= indent && !/^[)\]}]/.test(line.trim()) && !decorated;
    if (starts || blocks.length === 0) blocks.push([line]);
    else blocks.at(-1)!.push(line);
    if (at >= 0) decorated = at <= indent && line.trim().startsWith('@');
  }
  return blocks;
}

function isImport(line: string): boolean {
  return /^(import|from|export)\b|\brequire\(|__future__/.test(line);
}
