import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { isModelRow } from './models-view.ts';

/** What can be done with models: from the palette, and from the rows of the view. */
export function registerModelCommands(context: Context): vscode.Disposable {
  const { shelf } = context;
  const actions = () => import('./model-actions.ts');
  const modelAt = (node: unknown) => (isModelRow(node) && node.kind === 'model' ? node.model : undefined);
  const register = (name: string, run: (node: unknown) => unknown) =>
    vscode.commands.registerCommand(`coppice.${name}`, run);
  return vscode.Disposable.from(
    register('model.choose', async () => (await import('./choose-model.ts')).chooseModel(context)),
    register('model.pull', async (node) => (await actions()).pullModel(context, node)),
    register('model.use', async (node) => {
      const model = modelAt(node);
      if (model) await (await actions()).useModel(context, model);
    }),
    register('model.verify', async (node) => {
      const model = modelAt(node);
      if (model) await (await actions()).verify(context, model);
    }),
    register('model.remove', async (node) => {
      const { removeFolder, removeModel } = await actions();
      if (isModelRow(node) && node.kind === 'unfinished') await removeFolder(context, node.unfinished.folder);
      const model = modelAt(node);
      if (model) await removeModel(context, model);
    }),
    register('models.refresh', () => shelf.refresh()),
  );
}
