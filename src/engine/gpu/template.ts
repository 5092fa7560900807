import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';

/**
 * Expands the two directives that WGSL sources may use, each on a line of its own:
 *
 *     //# for NAME < COUNT      the lines up to its `//# end` once for each NAME from 0, with ${NAME} as its number
 *     //# if NAME               the lines up to its `//# end` where the constant is not 0
 *
 * They nest. COUNT is a number or a constant. Registers that a loop would index have names of their own this way: drivers
 * unroll loops as they see fit, and an array that is indexed by a loop variable then lies in memory.
 */
export function expand(source: string, constants: Record<string, unknown>): string {
  const lines = source.split('\n');
  const out: string[] = [];
  let at = 0;
  const constantOf = (name: string): number => {
    const value = /^\d+$/.test(name) ? Number(name) : constants[name];
    if (typeof value !== 'number') throw broken(said`A kernel source knows no constant ${name}.`);
    return value;
  };
  /** Reads up to the end of the block that begins at `at`; `at` is then behind it. */
  const block = (): string[] => {
    const body: string[] = [];
    let depth = 0;
    for (; at < lines.length; at++) {
      const line = lines[at]!;
      if (/^\s*\/\/# (for|if) /.test(line)) depth++;
      if (/^\s*\/\/# end\b/.test(line)) {
        if (depth === 0) {
          at++;
          return body;
        }
        depth--;
      }
      body.push(line);
    }
    throw broken(said`A kernel source has a directive without its end.`);
  };
  while (at < lines.length) {
    const line = lines[at++]!;
    const loop = /^\s*\/\/# for (\w+) < (\w+)\s*$/.exec(line);
    const condition = /^\s*\/\/# if (\w+)\s*$/.exec(line);
    if (loop) {
      const body = block().join('\n');
      for (let i = 0; i < constantOf(loop[2]!); i++) {
        out.push(expand(body.replaceAll(`\${${loop[1]}}`, String(i)), constants));
      }
    } else if (condition) {
      const body = block().join('\n');
      if (constantOf(condition[1]!) !== 0) out.push(expand(body, constants));
    } else if (/^\s*\/\/#/.test(line)) {
      throw broken(said`A kernel source has the directive "${line.trim()}".`);
    } else out.push(line);
  }
  return out.join('\n');
}

function broken(message: Said): CoppiceError {
  return new CoppiceError('internal', message, said`Report this with the log.`);
}
