import type { Problem } from './problem.ts';

const NAMES = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * The function without a body that a model fills in: the prompt of a HumanEval problem is one; for an MBPP problem it says
 * what the problem says, shows the visible test, and has as many parameters as that test gives arguments. Undefined where
 * the test does not tell.
 */
export function stubOf({ format, prompt, description = '', entryPoint, tests }: Problem): string | undefined {
  if (format === 'humaneval') return prompt;
  const parameters = entryPoint === undefined ? undefined : parametersIn(tests[0]!, entryPoint);
  if (parameters === undefined) return undefined;
  const words = `${description.trim()}\n\n${tests[0]!.trim()}`.replaceAll('\\', '\\\\').replaceAll('"""', "'''");
  const lines = words.split(/\r?\n/).map((line) => `    ${line.trim()}`.trimEnd());
  return `def ${entryPoint}(${parameters.join(', ')}):\n    """${lines.join('\n').trim()}\n    """\n`;
}

/** One name for each argument of the first call of `name`. */
function parametersIn(test: string, name: string): string[] | undefined {
  const call = new RegExp(`(?<![\\p{L}\\p{N}_.])${name}\\s*\\(`, 'u').exec(test);
  if (!call) return undefined;
  const parts: string[] = [''];
  let depth = 1;
  for (const token of test.slice(call.index + call[0].length).match(/'(\\.|[^'\\])*'|"(\\.|[^"\\])*"|./gs) ?? []) {
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth--;
    if (depth === 0) {
      const given = parts.filter((part) => part.trim() !== '');
      return given.map((part, index) => /^\s*([a-z]\w*)\s*=(?!=)/i.exec(part)?.[1] ?? NAMES[index] ?? `a${index}`);
    }
    if (token === ',' && depth === 1) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return undefined;
}
