import { win32 } from 'node:path';

/**
 * The one string that Windows starts a program with, so that the program reads these arguments in it by the rules of
 * CommandLineToArgvW and of Microsoft's C runtime. `cmd.exe` has rules of its own: with `/s` it takes what stands between the
 * first quote behind `/c` and the last one as it is. Throws for a batch file.
 */
export function commandLine(argv: readonly string[]): string {
  const [program = '', ...args] = argv;
  if (/\.(bat|cmd)$/i.test(program))
    throw new Error('batch files read their arguments by no rule that they can be quoted for');
  const script = isCommandProcessor(program) ? args.findIndex((each) => each.toLowerCase() === '/c') : -1;
  const plain = script < 0 ? args : args.slice(0, script + 1);
  const words = [`"${program}"`, ...plain.map(quoted)];
  return script < 0 ? words.join(' ') : `${words.join(' ')} "${args.slice(script + 1).join(' ')}"`;
}

/** One argument. Backslashes stand for themselves but before a quote, where each is written twice. */
function quoted(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument;
  return `"${argument.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

function isCommandProcessor(program: string): boolean {
  return /^cmd(\.exe)?$/i.test(win32.basename(program));
}

/** `NAME=value` strings, each ended by a zero, in the order that Windows asks for; one more zero ends them. */
export function environmentBlock(env: Readonly<Record<string, string>>): string {
  const names = Object.keys(env).sort((a, b) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1));
  return `${names.map((name) => `${name}=${env[name]}\0`).join('')}\0`;
}
