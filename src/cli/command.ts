import type { EngineClient } from '../run/engine-client.ts';
import type { JudgeClient } from '../run/judge-client.ts';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. The processes start when they are first called. */
export interface CommandContext {
  terminal: Terminal;
  engine: EngineClient;
  judge: JudgeClient;
  /** Aborts when the user interrupts. */
  signal: AbortSignal;
}

/** What a command found, said in both ways. */
export interface Outcome {
  json: unknown;
  human: () => string;
  exitCode: ExitCode;
}

/** Wraps a command's work into an action for commander, which hands over arguments, then options. */
export type Action = <A extends unknown[]>(
  work: (context: CommandContext, ...args: A) => Promise<Outcome>,
) => (...args: A) => Promise<void>;
