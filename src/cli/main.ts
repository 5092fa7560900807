#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CoppiceError } from '../core/errors.ts';
import { EngineClient } from '../run/engine-client.ts';
import { JudgeClient } from '../run/judge-client.ts';
import type { Action } from './command.ts';
import { completeCommand } from './complete-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { evalCommand } from './eval-command.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts';
import { growCommand } from './grow-command.ts';
import { judgeCommand } from './judge-command.ts';
import { modelsCommand } from './models-command.ts';
import { solveCommand } from './solve-command.ts';
import { stressCommand } from './stress-command.ts';
import { Terminal } from './terminal.ts';
import { tokenizeCommand } from './tokenize-command.ts';
import { treeCommand } from './tree-command.ts';

const COMMANDS = [
  growCommand,
  solveCommand,
  stressCommand,
  judgeCommand,
  evalCommand,
  completeCommand,
  treeCommand,
  tokenizeCommand,
  modelsCommand,
  doctorCommand,
];

/** Runs the command line to its end. The processes it started are gone by then. */
async function main(argv: string[]): Promise<ExitCode> {
  const terminal = new Terminal(argv.includes('--json'));
  const interrupted = interruption();
  const engine = new EngineClient();
  const judge = new JudgeClient();
  let exitCode: ExitCode = EXIT.found;
  const action: Action =
    (work) =>
    async (...args) => {
      const outcome = await work({ terminal, engine, judge, signal: interrupted }, ...args);
      terminal.print(terminal.json ? JSON.stringify(outcome.json, withoutSources) : outcome.human());
      exitCode = outcome.exitCode;
    };
  try {
    await commandLine(terminal, action).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, terminal);
  } finally {
    await Promise.all([engine.dispose(), judge.dispose()]);
  }
}

/** What texts were made from is for whoever says them in another language. */
function withoutSources(key: string, value: unknown): unknown {
  return key === 'said' ? undefined : value;
}

function commandLine(terminal: Terminal, action: Action): Command {
  const program = new Command('coppice')
    .description('Grows many code candidates at once on the local GPU and lets the tests decide.')
    .version(version())
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .configureOutput(terminal.json ? { writeErr: () => {} } : {});
  for (const command of COMMANDS) command(program, action);
  return program;
}

/** Aborts at the first interrupt; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

function report(thrown: unknown, terminal: Terminal): ExitCode {
  if (thrown instanceof CommanderError) {
    // Help and version were asked for and have been printed.
    if (thrown.exitCode === 0) return EXIT.found;
    const usage = new CoppiceError('usage', thrown.message.replace(/^error: /, ''), 'Run `coppice --help`.');
    if (terminal.json) terminal.print(JSON.stringify({ error: usage }));
    return EXIT.usage;
  }
  const error = CoppiceError.wrap(thrown);
  if (terminal.json) {
    terminal.print(JSON.stringify({ error }));
  } else {
    terminal.note(`${terminal.paintNote('red', 'coppice:')} ${error.message}\n  ${error.remedy}`);
    if (process.env.COPPICE_DEBUG) terminal.note(String(error.stack) + String(error.cause ?? ''));
  }
  return exitCodeOf(error.code);
}

/** `package.json` is one folder above a bundle and two above this file. */
function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {
      // The other place.
    }
  }
  return 'unknown';
}

process.exitCode = await main(process.argv.slice(2));
