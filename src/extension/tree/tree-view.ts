import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import type { Place } from './page.ts';
import type { TreePage } from './tree-page.ts';

export const TREE_VIEW = 'coppice.tree';
const PANEL = 'coppice.treePanel';

/** The prompt tree and the candidates that grow from it: a view beside the candidates, and the same as an editor. */
export function registerTreeView(context: Context, extension: vscode.ExtensionContext): vscode.Disposable {
  const assets = vscode.Uri.joinPath(extension.extensionUri, 'dist');
  const pages = new Set<TreePage>();
  const show = async (host: vscode.WebviewView | vscode.WebviewPanel, place: Place) => {
    const { TreePage } = await import('./tree-page.ts');
    const page = new TreePage(context, host.webview, assets, place);
    pages.add(page);
    host.onDidDispose(() => {
      pages.delete(page);
      page.dispose();
    });
  };
  let panel: vscode.WebviewPanel | undefined;
  const showPanel = (opened: vscode.WebviewPanel) => {
    panel = opened;
    const icon = (theme: string) => vscode.Uri.joinPath(extension.extensionUri, 'media', `coppice-${theme}.svg`);
    opened.iconPath = { light: icon('light'), dark: icon('dark') };
    opened.onDidDispose(() => {
      if (panel === opened) panel = undefined;
    });
    return show(opened, 'editor');
  };
  return vscode.Disposable.from(
    vscode.window.registerWebviewViewProvider(TREE_VIEW, {
      resolveWebviewView: (view) => show(view, 'side'),
    }),
    vscode.window.registerWebviewPanelSerializer(PANEL, {
      deserializeWebviewPanel: async (restored) => showPanel(restored),
    }),
    vscode.commands.registerCommand('coppice.tree.open', () => {
      if (panel) return panel.reveal();
      const title = vscode.l10n.t('Prompt Tree');
      return showPanel(vscode.window.createWebviewPanel(PANEL, title, vscode.ViewColumn.Active));
    }),
    context.runs.onDidChange(() => {
      for (const page of pages) page.updateSoon();
    }),
    new vscode.Disposable(() => {
      panel?.dispose();
      for (const page of pages) page.dispose();
    }),
  );
}
