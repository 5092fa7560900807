import { bindingOfKoffi } from '../runtime/koffi.ts';
import { atLeast, type NodeRuntime } from '../runtime/node.ts';
import type { TestCommand } from '../sandbox/sandbox.ts';
import type { Framework } from './framework.ts';

/** What the harness folder of a framework with such forks must hold, beside the framework's own. */
export const FORK_HARNESS = ['coppice-forks.cjs', 'coppice-system.cjs'];

/** How a harness for Node that asks harness/coppice-forks.cjs to serve becomes a fork server. */
export interface NodeForks {
  /** What the server needs to see. */
  readable: string[];
  serving(command: TestCommand, rights: Parameters<NonNullable<Framework['forking']>>[2]): TestCommand;
}

/**
 * V8 must do all of its work on the thread that forks, and compiles what the server loads whole. With room for what a quick test
 * makes, no fork has to collect garbage, which copies the memory that it shares with the server.
 */
const FLAGS = ['--single-threaded', '--v8-pool-size=1', '--min-semi-space-size=16', '--no-lazy'];

/** In a fork of Node 20, jest with several test files waits for ever once all of them are done. */
const OLDEST = 22;

/**
 * Undefined where koffi, through which the server calls the system, has no binding that is installed, and for a Node whose forks do
 * not end.
 */
export function nodeForks({ version }: NodeRuntime): NodeForks | undefined {
  if (!atLeast(version, OLDEST, 0)) return undefined;
  const native = bindingOfKoffi();
  if (native === undefined) return undefined;
  return {
    readable: [native],
    serving: (command, rights) => ({
      ...command,
      argv: [command.argv[0]!, ...FLAGS, ...command.argv.slice(1)],
      env: { ...command.env, COPPICE_FORKS: JSON.stringify({ native, flags: FLAGS, ...rights }) },
    }),
  };
}
