import * as vscode from 'vscode';
import type { Unfinished } from '../../run/shelf/downloads.ts';
import type { ShelvedModel } from '../../run/shelf/shelf.ts';
import { fitWords, needWords, rowWords, sizeWords } from '../../run/shelf/words.ts';
import type { Context } from '../context.ts';

const MODELS_VIEW = 'coppice.models';

/** A row of the view: a model, or what is left of a download. */
export type ModelRow =
  | { kind: 'model'; model: ShelvedModel; inUse: boolean }
  | { kind: 'unfinished'; unfinished: Unfinished };

export function isModelRow(node: unknown): node is ModelRow {
  const kind = typeof node === 'object' && node !== null && 'kind' in node ? node.kind : undefined;
  return kind === 'model' || kind === 'unfinished';
}

/** The models on this machine. The engine is asked about one only when its tooltip is looked at. */
export function registerModelsView(context: Context): vscode.Disposable {
  const { shelf } = context;
  const provider: vscode.TreeDataProvider<ModelRow> = {
    onDidChangeTreeData: shelf.onDidChange,
    getChildren: async (row) => (row ? [] : rows(context)),
    getTreeItem: itemOf,
    resolveTreeItem: async (item, row) => {
      if (row.kind === 'model') item.tooltip = await tooltipOf(context, row.model);
      return item;
    },
  };
  return vscode.window.createTreeView(MODELS_VIEW, { treeDataProvider: provider });
}

async function rows({ shelf }: Context): Promise<ModelRow[]> {
  const { models, unfinished, inUse } = await shelf.look();
  return [
    ...models.map((model): ModelRow => ({ kind: 'model', model, inUse: model.path === inUse?.path })),
    ...unfinished.map((each): ModelRow => ({ kind: 'unfinished', unfinished: each })),
  ];
}

function itemOf(row: ModelRow): vscode.TreeItem {
  if (row.kind === 'unfinished') {
    const { name, folder, bytes } = row.unfinished;
    const item = new vscode.TreeItem(name);
    const tooltip = vscode.l10n.t('A download that did not end. What is here is kept in {0}.', folder);
    return Object.assign(item, {
      ...{ id: folder, description: `${vscode.l10n.t('unfinished')} · ${sizeWords(bytes)}`, tooltip },
      ...{ iconPath: new vscode.ThemeIcon('debug-pause'), contextValue: 'unfinished' },
    });
  }
  const { model, inUse } = row;
  const description = rowWords(model, inUse, vscode.l10n.t);
  const item = new vscode.TreeItem(model.name);
  return Object.assign(item, {
    ...{ id: model.path, description },
    iconPath: new vscode.ThemeIcon(inUse ? 'pass-filled' : 'circle-large-outline'),
    contextValue: `model.${model.source}${inUse ? '.used' : ''}`,
    accessibilityInformation: { label: `${model.name}, ${description}` },
  });
}

async function tooltipOf(context: Context, model: ShelvedModel): Promise<vscode.MarkdownString> {
  const { describeModel } = await import('../../run/shelf/describe.ts');
  const { engine } = context.services;
  const described = await describeModel(model, { engine, gpu: await context.shelf.gpu(context) });
  const { need, licence } = described;
  const { t } = vscode.l10n;
  const facts = [
    fitWords(described, t),
    ...(need ? [needWords(need, t)] : []),
    licence === undefined ? t('licence: not known') : t('licence: {0}', licence),
  ];
  const text = new vscode.MarkdownString().appendText(model.name).appendMarkdown('\n\n').appendText(facts.join('\n'));
  return text.appendMarkdown('\n\n').appendText(model.path);
}
