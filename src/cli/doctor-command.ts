import type { Command } from 'commander';
import { CoppiceError } from '../core/errors.ts';
import type { EngineProbe, JudgeResults } from '../core/protocol.ts';
import { findNode, type NodeRuntime } from '../run/node-runtime.ts';
import { listModels, type ShelvedModel } from '../run/shelf.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import { adapterName } from './run-summary.ts';
import type { Terminal } from './terminal.ts';

/** Something that keeps Coppice from working fully here. */
interface Problem {
  part: string;
  message: string;
  remedy: string;
}

interface Examination {
  node: NodeRuntime;
  /** Absent when the process could not be asked; the reason is among the problems. */
  gpu: EngineProbe | null;
  judge: JudgeResults['probe'] | null;
  models: ShelvedModel[];
  problems: Problem[];
}

export function doctorCommand(program: Command, action: Action): void {
  program
    .command('doctor')
    .summary('say what works on this machine and what to do about the rest')
    .description(
      'Tries the GPU, the kernels, the sandbox, the runtimes and the models, with a remedy for each problem.',
    )
    .option('--json', 'print one JSON object')
    .action(action(run));
}

async function run({ engine, judge, signal, terminal }: CommandContext): Promise<Outcome> {
  const problems: Problem[] = [];
  const noted =
    (part: string) =>
    (error: unknown): null => {
      const { code, message, remedy } = CoppiceError.wrap(error);
      if (code === 'cancelled') throw error;
      problems.push({ part, message, remedy });
      return null;
    };
  terminal.status('trying the GPU, the kernels and the sandbox');
  const [node, gpu, judged, models] = await Promise.all([
    findNode('bundle'),
    engine.call({ kind: 'probe', selfTest: true }, { signal }).catch(noted('GPU')),
    judge.call({ kind: 'probe' }, { signal }).catch(noted('sandbox')),
    listModels(),
  ]);
  problems.push(...problemsOf(gpu, judged, models));
  const examination: Examination = { node, gpu, judge: judged, models, problems };
  return {
    json: { ok: problems.length === 0, ...examination },
    human: () => description(examination, terminal),
    exitCode: problems.length === 0 ? EXIT.found : EXIT.environment,
  };
}

function problemsOf(gpu: EngineProbe | null, judge: JudgeResults['probe'] | null, models: ShelvedModel[]): Problem[] {
  const problems: Problem[] = [];
  if (gpu?.problem) problems.push({ part: 'GPU', message: gpu.problem.message, remedy: gpu.problem.remedy });
  const broken = gpu?.selfTest.filter((test) => !test.ok).map((test) => test.kernel) ?? [];
  if (broken.length > 0) {
    problems.push({
      part: 'GPU',
      message: `These kernels compute wrongly on this GPU adapter: ${broken.join(', ')}.`,
      remedy: 'Update the graphics driver, or choose another GPU adapter.',
    });
  }
  if (judge?.sandbox.remedy) {
    problems.push({ part: 'sandbox', message: judge.sandbox.description, remedy: judge.sandbox.remedy });
  }
  for (const runtime of judge?.runtimes ?? []) {
    // pytest is one of several ways to test; its absence is no problem by itself.
    if (runtime.found || runtime.name === 'pytest') continue;
    const remedy = runtime.remedy ?? `Install ${runtime.name} to run tests that need it.`;
    problems.push({ part: 'runtimes', message: `${runtime.name} was not found.`, remedy });
  }
  if (models.length === 0) {
    problems.push({ part: 'models', message: 'No model is on this machine.', remedy: 'Install Coppice again.' });
  }
  return problems;
}

function description({ node, gpu, judge, models, problems }: Examination, terminal: Terminal): string {
  const ok = (good: boolean) => (good ? terminal.paint('green', 'ok') : terminal.paint('red', 'no'));
  const title = (text: string) => terminal.paint('bold', text);
  const lines = [title('Node'), `  ${node.version} at ${node.path}`, title('GPU')];
  for (const adapter of gpu?.adapters ?? []) lines.push(`  ${adapterName(adapter)}, ${adapter.backend}`);
  if (gpu?.chosen) {
    const { tier, maxBufferBytes, maxBindingBytes, workgroupMemoryBytes } = gpu.chosen;
    lines.push(`  in use: ${adapterName(gpu.chosen)}, ${tier} tier`);
    lines.push(`  buffers ${gibibytes(maxBufferBytes)}, bindings ${gibibytes(maxBindingBytes)}`);
    lines.push(`  workgroup memory ${workgroupMemoryBytes / 1024} KiB`);
  }
  for (const test of gpu?.selfTest ?? []) {
    lines.push(
      `  ${ok(test.ok)} ${test.kernel}: error ${test.error.toExponential(1)} of ${test.tolerance.toExponential(1)}`,
    );
  }
  if (judge) {
    lines.push(title('Sandbox'), `  ${judge.sandbox.backend}: ${judge.sandbox.description}`);
    for (const check of judge.sandbox.checks) lines.push(`  ${ok(check.ok)} ${check.name}: ${check.detail}`);
    lines.push(title('Runtimes'));
    for (const { name, found, version, path } of judge.runtimes) {
      lines.push(`  ${ok(found)} ${name}${version ? ` ${version}` : ''}${path ? ` at ${path}` : ''}`);
    }
  }
  lines.push(title('Models'));
  for (const { name, source, folder } of models) lines.push(`  ${name} (${source}) at ${folder}`);
  lines.push('');
  if (problems.length === 0) lines.push(terminal.paint('green', 'Everything works.'));
  for (const { part, message, remedy } of problems)
    lines.push(`${terminal.paint('red', part)}: ${message}\n  ${remedy}`);
  return lines.join('\n');
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
