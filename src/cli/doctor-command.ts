import type { Command } from 'commander';
import { adapterName, tierText } from '../core/adapter-name.ts';
import { ratesText } from '../core/product-rates.ts';
import { type Examination, examine } from '../run/examination.ts';
import { modelWords } from '../run/shelf/words.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

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
  terminal.status('trying the GPU, the kernels and the sandbox');
  const examination = await examine({ engine, judge }, signal);
  const isFit = examination.problems.length === 0;
  return {
    json: { ok: isFit, ...examination },
    human: () => description(examination, terminal),
    exitCode: isFit ? EXIT.found : EXIT.environment,
  };
}

function description({ node, gpu, judge, models, problems }: Examination, terminal: Terminal): string {
  const ok = (good: boolean) => (good ? terminal.paint('green', 'ok') : terminal.paint('red', 'no'));
  const title = (text: string) => terminal.paint('bold', text);
  const lines = [title('Node'), node ? `  ${node.version} at ${node.path}` : '  none', title('GPU')];
  for (const adapter of gpu?.adapters ?? []) lines.push(`  ${adapterName(adapter)}, ${adapter.backend}`);
  if (gpu?.chosen) {
    const { maxBufferBytes, maxBindingBytes, workgroupMemoryBytes } = gpu.chosen;
    lines.push(`  in use: ${adapterName(gpu.chosen)}, ${tierText(gpu.chosen)}`);
    lines.push(`  buffers ${gibibytes(maxBufferBytes)}, bindings ${gibibytes(maxBindingBytes)}`);
    lines.push(`  workgroup memory ${workgroupMemoryBytes / 1024} KiB`);
  }
  for (const test of gpu?.selfTest ?? []) {
    lines.push(
      `  ${ok(test.ok)} ${test.kernel}: error ${test.error.toExponential(1)} of ${test.tolerance.toExponential(1)}`,
    );
  }
  if (gpu?.fast) {
    const { now, best, variants } = gpu.fast;
    lines.push(`  products: ${ratesText(now)}; best seen here: ${ratesText(best)}`);
    for (const variant of variants) lines.push(`  variant ${variant}`);
  }
  if (judge) {
    lines.push(title('Sandbox'), `  ${judge.sandbox.description}`);
    if (judge.sandbox.inside) lines.push(`  inside ${judge.sandbox.inside}`);
    for (const { backend, detail } of judge.sandbox.tried.filter((each) => !each.ok)) {
      lines.push(`  -- ${backend}: ${detail}`);
    }
    for (const check of judge.sandbox.checks) lines.push(`  ${ok(check.ok)} ${check.name}: ${check.detail}`);
    for (const { runtime, ok: forks, detail } of judge.sandbox.forks ?? []) {
      lines.push(`  ${ok(forks)} forks of ${runtime}: ${detail}`);
    }
    lines.push(title('Runtimes'));
    for (const { name, found, version, path, note, remedy } of judge.runtimes) {
      const place = `${name}${version ? ` ${version}` : ''}${path ? ` at ${path}` : ''}`;
      const noted = note === undefined ? '' : `: ${[note, remedy].filter(Boolean).join('. ')}`;
      lines.push(`  ${found ? ok(true) : '--'} ${place}${noted}`);
    }
  }
  lines.push(title('Models'));
  for (const model of models) lines.push(`  ${ok(model.problem === undefined)} ${modelWords(model)}`);
  lines.push('');
  if (problems.length === 0) lines.push(terminal.paint('green', 'Everything works.'));
  for (const { part, message, remedy } of problems)
    lines.push(`${terminal.paint('red', part)}: ${message}\n  ${remedy}`);
  return lines.join('\n');
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
