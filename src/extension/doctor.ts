import * as vscode from 'vscode';
import { CoppiceError } from '../core/errors.ts';
import type { GpuAdapterInfo } from '../core/protocol.ts';
import type { EngineClient } from '../run/engine-client.ts';
import type { JudgeClient } from '../run/judge-client.ts';
import { resolveModel } from '../run/shelf.ts';
import type { Context } from './context.ts';
import { readSettings } from './settings.ts';

export function registerDoctor(context: Context): vscode.Disposable {
  return vscode.commands.registerCommand('coppice.doctor.show', () =>
    vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'Coppice is looking at this machine',
        cancellable: true,
      },
      async (_, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        const content = await examine(context, abort.signal);
        if (token.isCancellationRequested) return;
        const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
        await vscode.window.showTextDocument(document, { preview: true });
      },
    ),
  );
}

/** What works on this machine, and the next step for what does not, as Markdown. */
async function examine({ services, log }: Context, signal: AbortSignal): Promise<string> {
  const section = async (title: string, lines: () => Promise<string[]>) => {
    try {
      return `## ${title}\n${(await lines()).map((line) => `- ${line}`).join('\n')}`;
    } catch (thrown) {
      const { code, message, remedy } = CoppiceError.wrap(thrown);
      log.warn(`doctor: ${code}: ${message}`);
      return `## ${title}\n- **${message}** ${remedy}`;
    }
  };
  const sections = await Promise.all([
    section('GPU', () => examineGpu(services.engine, signal)),
    section('Model', async () => {
      const model = await resolveModel(readSettings().modelPath);
      const info = await services.engine.call({ kind: 'inspect', model, load: false }, { signal });
      return [`${info.name}: ${info.architecture}, ${millions(info.parameters)} parameters, at ${info.folder}`];
    }),
    section('Sandbox and runtimes', () => examineJudge(services.judge, signal)),
  ]);
  return `# Coppice on this machine\n\n${sections.join('\n\n')}\n`;
}

async function examineGpu(engine: EngineClient, signal: AbortSignal): Promise<string[]> {
  const { adapters, chosen, selfTest, problem } = await engine.call({ kind: 'probe', selfTest: true }, { signal });
  if (problem) throw new CoppiceError('gpu-missing', problem.message, problem.remedy);
  const failed = selfTest.filter(({ ok }) => !ok).map(({ kernel }) => kernel);
  const lines = adapters.map((adapter) => `found: ${nameOf(adapter)}, ${adapter.backend}`);
  if (chosen) lines.push(`in use: ${nameOf(chosen)}, ${chosen.tier} tier`);
  const passed = `self-test: all ${selfTest.length} kernels compute correctly`;
  lines.push(
    failed.length === 0 ? passed : `**self-test: ${failed.join(', ')} compute wrongly.** Update the GPU driver.`,
  );
  return lines;
}

async function examineJudge(judge: JudgeClient, signal: AbortSignal): Promise<string[]> {
  const { sandbox, runtimes } = await judge.call({ kind: 'probe' }, { signal });
  const checks = sandbox.checks.map(
    ({ name, ok, detail }) => `${ok ? 'contained' : '**not contained**'}: ${name} (${detail})`,
  );
  return [
    `sandbox: ${sandbox.description}${sandbox.remedy ? ` **${sandbox.remedy}**` : ''}`,
    ...checks,
    ...runtimes.map(({ name, found, version, path, remedy }) =>
      found ? `${name} ${version ?? ''} at ${path ?? 'the path'}` : `${name}: not found. ${remedy ?? ''}`,
    ),
  ];
}

function nameOf({ description, device, vendor, software }: GpuAdapterInfo): string {
  return `${description || device || vendor}${software ? ' (software, runs on the CPU)' : ''}`;
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(1)} M`;
}
