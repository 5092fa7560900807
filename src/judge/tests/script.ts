import type { Outcome } from '../process/run.ts';
import { shellScript } from '../runtime/shell.ts';
import type { TestCommand } from '../sandbox/sandbox.ts';

/** A test program, and where it runs. */
export interface Program {
  name: string;
  argv: string[];
  cwd: string;
  env?: Record<string, string>;
  /**
   * It reads the mark from its standard input, and what it tells the judge is between two of them, in one line. Tests must not see
   * either. A virtual machine that warns of something on its other stream may do so within that line.
   */
  tells?: true;
}

/** What a program printed, on both streams in one. */
export interface Printed {
  name: string;
  text: string;
  /** What it told the judge. */
  told: string[];
  /** Absent where it did not come to its end. */
  exitCode?: number;
}

/**
 * A mark that no test program knows goes before and after the output of each: a shell draws it, tells it to the judge alone, and
 * keeps it out of arguments and environments. Descriptor 3 is closed to the programs.
 */
const BEGIN = `
IFS= read -r key <&3
mark=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')
printf '%s mark %s\\n' "$key" "$mark" >&3
`;
const MOST_REPORTS = 200;
const REPORT_BYTES = 4 * 1024 ** 2;

/**
 * Runs test programs one after the other. Files that these patterns of the shell name are told to the judge afterwards.
 * It exits with 0 when every program ended, whatever their own codes are.
 */
export function testScript(programs: readonly Program[], reports: readonly string[] = []): TestCommand {
  const runs = programs.map(({ name, argv, cwd, env = {}, tells }) => {
    const words = [...Object.entries(env).map((pair) => pair.join('=')), ...argv].map(quoted);
    return [
      `printf '\\n%s begin %s\\n' "$mark" ${quoted(name)}`,
      `${tells ? `printf '%s\\n' "$mark" | ` : ''}( cd ${quoted(cwd)} && exec env ${words.join(' ')} ) 3>&- 2>&1`,
      `printf '\\n%s end %s\\n' "$mark" $?`,
    ].join('\n');
  });
  const telling =
    reports.length === 0
      ? ''
      : `count=0
for file in ${reports.join(' ')}; do
  [ -f "$file" ] && [ ! -L "$file" ] && [ $count -lt ${MOST_REPORTS} ] || continue
  count=$((count + 1))
  printf '%s file %s\\n' "$key" "$(head -c ${REPORT_BYTES} "$file" | base64 | tr -d '\\n')" >&3
done`;
  return { argv: shellScript(`${BEGIN}${runs.join('\n')}\n${telling}\nexit 0\n`), env: {} };
}

/** What each program of a script printed, in their order; the last may not have come to its end. */
export function readScript(outcome: Outcome): { programs: Printed[]; files: string[] } {
  const told = outcome.records.split('\n').map((line) => line.split(' '));
  const mark = told.find(([kind]) => kind === 'mark')?.[1];
  const files = told
    .filter(([kind]) => kind === 'file')
    .map(([, text = '']) => Buffer.from(text, 'base64').toString('utf8'));
  if (!mark) return { programs: [], files };
  const programs = outcome.output
    .split(`\n${mark} begin `)
    .slice(1)
    .map((part): Printed => {
      const [whole = '', end] = part.split(`\n${mark} end `);
      const cut = whole.indexOf('\n');
      const told: string[] = [];
      const text = whole.slice(cut + 1).replace(new RegExp(`${mark} (.*?) ${mark}\n?`, 'g'), (_, record: string) => {
        told.push(record);
        return '';
      });
      return {
        name: whole.slice(0, cut),
        text,
        told,
        ...(end === undefined ? {} : { exitCode: Number.parseInt(end, 10) }),
      };
    });
  return { programs, files };
}

/** A word of the shell that stands for itself. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
