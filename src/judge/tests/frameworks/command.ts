import { delimiter, dirname } from 'node:path';
import { CoppiceError } from '../../../core/errors.ts';
import { limitSaid } from '../../../core/limit-name.ts';
import { said, withSource } from '../../../core/said.ts';
import { findNode } from '../../runtime/node.ts';
import { SYSTEM_FOLDERS } from '../../runtime/program.ts';
import { findPython } from '../../runtime/python.ts';
import { shellCommand } from '../../runtime/shell.ts';
import type { TestCommand } from '../../sandbox/sandbox.ts';
import type { Framework } from '../framework.ts';

/** What a shell says of a program that is there but does not run, or is not there; the last is what cmd.exe says. */
const NOT_RUN = [126, 127, 9009];

/** Any shell command: one case, decided by its exit code. The runtimes of the workspace come first on its PATH. */
export function commandFramework(command: string, workspace: string): Framework {
  const { readable, env } = shellFor(workspace);
  return {
    readable,
    harness: {},
    command: () => ({ argv: shellCommand(command), env }),
    read: (outcome) => {
      const { exitCode, durationMs, interrupted } = outcome;
      const passed = exitCode === 0 && interrupted === undefined;
      const status = passed ? 'passed' : NOT_RUN.includes(exitCode) ? 'error' : 'failed';
      const message = passed
        ? {}
        : withSource(
            'message',
            interrupted ? said`ended by the ${limitSaid(interrupted)} limit` : said`exit code ${exitCode}`,
          );
      return { cases: [{ id: command, status, durationMs, ...message }], ended: true };
    },
    broken: ({ exitCode }) =>
      NOT_RUN.includes(exitCode) ? said`the shell could not run it (exit code ${exitCode})` : undefined,
  };
}

/** What a command of the project finds: its runtimes come first on the PATH. */
export function shellFor(workspace: string): Pick<Framework, 'readable'> & Pick<TestCommand, 'env'> {
  const node = ifThere(() => findNode());
  const python = ifThere(() => findPython(workspace));
  const runtimes = [node, python].filter((runtime) => runtime !== undefined);
  const path = [...runtimes.map((runtime) => dirname(runtime.path)), ...SYSTEM_FOLDERS].join(delimiter);
  return {
    readable: runtimes.flatMap((runtime) => runtime.readable),
    env: { ...node?.env, ...python?.env, PATH: path },
  };
}

function ifThere<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (thrown) {
    if (thrown instanceof CoppiceError && thrown.code === 'runtime-missing') return undefined;
    throw thrown;
  }
}
