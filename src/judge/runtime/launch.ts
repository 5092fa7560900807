import { extname } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { PROGRAM_CHOICE } from '../../core/ways.ts';
import { findNode } from './node.ts';
import { findProgram } from './program.ts';
import { findPython } from './python.ts';
import { shellScript } from './shell.ts';

/** How a program is started, and what it needs for that. */
export interface Launch {
  readable: string[];
  env: Record<string, string>;
  command(file: string): { compile: string[] | null; argv: string[] };
}

/**
 * By the ending of its file or as `run` says, with `{file}` in it for the file. Throws `runtime-missing`.
 *
 * @param shell what `run` needs to see
 */
export function launchOf(
  path: string,
  workspace: string,
  run: string | undefined,
  shell: Pick<Launch, 'readable' | 'env'>,
): Launch {
  if (run !== undefined) {
    const command = run.includes('{file}') ? run : `${run} {file}`;
    // As an argument of the shell, whatever letters its name has.
    const script = command.replaceAll('{file}', '"$1"');
    return { ...shell, command: (file) => ({ compile: null, argv: shellScript(script, 'sh', file) }) };
  }
  switch (extname(path).toLowerCase()) {
    case '.py': {
      const { path: python, readable, env } = findPython(workspace);
      return { readable, env, command: (file) => ({ compile: null, argv: [python, file] }) };
    }
    case '.js':
    case '.mjs':
    case '.cjs':
    case '.ts':
    case '.mts':
    case '.cts': {
      const { path: node, readable, env, typescriptFlags } = findNode({ typescript: extname(path).includes('ts') });
      return { readable, env, command: (file) => ({ compile: null, argv: [node, ...typescriptFlags, file] }) };
    }
    case '.c':
      return compiled('cc', ['-O2', '-std=c17'], ['-lm']);
    case '.cc':
    case '.cpp':
    case '.cxx':
      return compiled('c++', ['-O2', '-std=c++20'], []);
    default:
      throw new CoppiceError('runtime-missing', said`How to run ${path} is not known.`, said`${PROGRAM_CHOICE}.`);
  }
}

function compiled(name: string, before: string[], after: string[]): Launch {
  const compiler = findProgram(name);
  if (!compiler) {
    throw new CoppiceError(
      'runtime-missing',
      said`The program needs ${name}, and it is not there.`,
      said`Install a compiler.`,
    );
  }
  const binary = '{temporary}/program';
  return {
    readable: [],
    env: {},
    command: (file) => ({ compile: [compiler, ...before, '-o', binary, file, ...after], argv: [binary] }),
  };
}
