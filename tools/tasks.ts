/** What each npm script does, once everything it needs is in place. `node tools/run.mjs TASK` gets here. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { softwareAdapterEnvironment } from '../src/run/software-adapter.ts';

type Step = { name: string; command: string; args: string[] };
type Task = (args: string[]) => Step[];

const node = (name: string, ...args: string[]): Step => ({ name, command: process.execPath, args });
const tool = (name: string, command: string, ...args: string[]): Step => ({ name, command, args });

const build = node('build', 'tools/build.mjs');

/** A test that hangs fails. */
const TEST_LIMIT_MS = 5 * 60_000;

/**
 * `*.test.ts` runs in its own process alone, one beside another; `*.int.test.ts` starts engines, judges and sandboxes, whose time
 * limits count on a machine that does nothing else.
 */
function tests(name: string, wanted: (file: string) => boolean, atOnce: number, filters: string[]): Step {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('e2e') && wanted(file))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort()
    .map((file) => join('test', file));
  if (files.length === 0) {
    console.error(`coppice: no ${name} match ${filters.join(' ')}\n  Give a part of a file's path below test/.`);
    process.exit(2);
  }
  return node(name, '--test', `--test-timeout=${TEST_LIMIT_MS}`, `--test-concurrency=${atOnce}`, ...files);
}

const lint: Task = () => [
  tool('format, lint and import boundaries', 'biome', 'ci', '--error-on-warnings', '.'),
  tool('types', 'tsc', '-p', '.'),
  tool('types of pages', 'tsc', '-p', 'src/extension/tree/page'),
];
const isIntegration = (file: string) => file.endsWith('.int.test.ts');
const unit: Task = (args) => [tests('unit tests', (file) => !isIntegration(file), availableParallelism(), args)];
const integration: Task = (args) => [build, tests('integration tests', isIntegration, 1, args)];
const endToEnd: Task = (args) => [
  node('package', 'tools/package.mjs'),
  node('tests of the package', '--test', `--test-timeout=${TEST_LIMIT_MS}`, 'test/e2e/package.e2e.ts'),
  node('tests in the extension host', 'test/e2e/host-tests.ts'),
  node('tests in the oldest extension host', 'test/e2e/host-tests.ts', '--oldest'),
  node('tests of the interface', '--test', `--test-timeout=${TEST_LIMIT_MS}`, 'test/e2e/interface.e2e.ts', ...args),
];

const bench: Task = (args) => [node('benchmark', 'bench/main.ts', ...args)];

const TASKS: Record<string, Task> = {
  lint,
  'test:unit': unit,
  'test:integration': integration,
  'test:e2e': endToEnd,
  test: () => [...lint([]), ...unit([]), ...integration([]), ...endToEnd([])],
  package: (args) => [node('package', 'tools/package.mjs', ...args)],
  demo: (args) => [build, node('demo', 'tools/demo.ts', ...args)],
  bench,
};

/**
 * Runs every step, also after one has failed: one run tells all that is wrong. The exit code is that of the first step
 * that failed.
 */
async function main([name = '', ...args]: string[]): Promise<number> {
  const steps = taskOf(name)(args);
  const lines: string[] = [];
  let exitCode = 0;
  for (const step of steps) {
    const started = performance.now();
    const code = await run(step);
    exitCode ||= code;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    lines.push(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
    if (steps.length > 1) console.error(`${name}: ${lines.at(-1)}`);
  }
  if (steps.length > 2) console.error(`\n${lines.join('\n')}`);
  return exitCode;
}

/** The task of that name. Without one the process ends with what there is to choose from. */
function taskOf(name: string): Task {
  const task = TASKS[name];
  if (task) return task;
  console.error(`coppice: there is no task "${name}"\n  Name one of: ${Object.keys(TASKS).join(', ')}.`);
  process.exit(2);
}

function run({ command, args }: Step): Promise<number> {
  const env = { ...process.env, ...softwareAdapterEnvironment() };
  const child = spawn(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main(process.argv.slice(2));
