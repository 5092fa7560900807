import * as vscode from 'vscode';
import { adapterName, tierText } from '../core/adapter-name.ts';
import { ratesText } from '../core/product-rates.ts';
import { type Examination, examine } from '../run/examination.ts';
import { modelWords } from '../run/shelf/words.ts';
import type { Context } from './context.ts';
import { readSettings } from './settings.ts';

export async function showDoctor(context: Context): Promise<void> {
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Coppice is looking at this machine'),
      cancellable: true,
    },
    async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const { engine, judge } = context.services;
      const { nodePath } = readSettings();
      const parts = { engine, judge, ...(nodePath === undefined ? {} : { node: nodePath }) };
      const examination = await examine(parts, abort.signal, 'editor').catch((error: unknown) => {
        if (!token.isCancellationRequested) throw error;
      });
      if (!examination) return;
      if (examination.gpu) context.state.learn(examination.gpu);
      const content = report(examination);
      for (const { part, message } of examination.problems) context.log.warn(`doctor: ${part}: ${message}`);
      const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
      await vscode.window.showTextDocument(document, { preview: true });
    },
  );
}

/** What works on this machine, and the next step for what does not, as Markdown; in English, for it is pasted into issues. */
function report({ node, gpu, judge, models, problems }: Examination): string {
  const list = (title: string, lines: string[]) => `## ${title}\n${lines.map((line) => `- ${line}`).join('\n')}`;
  const passed = gpu?.selfTest.filter(({ ok }) => ok) ?? [];
  const sections = [
    list('Problems', problems.length === 0 ? ['none'] : problems.map((p) => `**${p.part}: ${p.message}** ${p.remedy}`)),
    list('GPU', [
      ...(gpu?.adapters ?? []).map((adapter) => `found: ${adapterName(adapter)}, ${adapter.backend}`),
      ...(gpu?.chosen ? [`in use: ${adapterName(gpu.chosen)}, ${tierText(gpu.chosen)}`] : []),
      ...(gpu?.fast ? [`products: ${ratesText(gpu.fast.now)}; best seen here: ${ratesText(gpu.fast.best)}`] : []),
      ...(gpu?.fast?.variants ?? []).map((variant) => `variant ${variant}`),
      `self-test: ${passed.length} of ${gpu?.selfTest.length ?? 0} kernels compute correctly`,
    ]),
    list('Sandbox', [
      judge ? judge.sandbox.description : 'not known',
      ...(judge?.sandbox.inside ? [`inside ${judge.sandbox.inside}`] : []),
      ...(judge?.sandbox.tried ?? []).filter(({ ok }) => !ok).map(({ backend, detail }) => `not ${backend}: ${detail}`),
      ...(judge?.sandbox.checks ?? []).map(({ name, ok }) => `${ok ? 'contained' : '**not contained**'}: ${name}`),
      ...(judge?.sandbox.forks ?? []).map(({ runtime, detail }) => `forks of ${runtime}: ${detail}`),
    ]),
    list('Runtimes', [
      ...(node ? [`engine and judge: Node ${node.version} at ${node.path}`] : []),
      ...(judge?.runtimes ?? []).map(({ name, found, version, path, note, remedy }) =>
        found
          ? `${name} ${version ?? ''} at ${path ?? 'the path'}${note ? `: ${[note, remedy].filter(Boolean).join('. ')}` : ''}`
          : `${name}: not found. ${remedy ?? ''}`,
      ),
    ]),
    list(
      'Models',
      models.map((model) => modelWords(model)),
    ),
  ];
  return `# Coppice on this machine\n\n${sections.join('\n\n')}\n`;
}
