import { join } from 'node:path';
import * as vscode from 'vscode';
import { openDiff } from '../candidates/preview.ts';
import type { Context } from '../context.ts';
import type { Run } from '../runs/run.ts';
import { Feed } from './feed.ts';
import type { FromPage } from './messages.ts';
import { type Place, pageOf } from './page.ts';

export const TREE_VIEW = 'coppice.tree';
const PANEL = 'coppice.treePanel';

/** Growth is told ten times a second; the page gets no more than that, whatever else changes. */
const SEND_MS = 100;

/** The prompt tree and the candidates that grow from it: a view beside the candidates, and the same as an editor. */
export function registerTreeView(context: Context, extension: vscode.ExtensionContext): vscode.Disposable {
  const assets = vscode.Uri.joinPath(extension.extensionUri, 'dist');
  const pages = new Set<TreePage>();
  const show = (host: vscode.WebviewView | vscode.WebviewPanel, place: Place) => {
    host.webview.options = { enableScripts: true, localResourceRoots: [assets] };
    const page = new TreePage(context, host.webview);
    pages.add(page);
    host.onDidDispose(() => {
      pages.delete(page);
      page.dispose();
    });
    host.webview.html = pageOf(host.webview, assets, place);
  };
  let panel: vscode.WebviewPanel | undefined;
  const showPanel = (opened: vscode.WebviewPanel) => {
    panel = opened;
    const icon = (theme: string) => vscode.Uri.joinPath(extension.extensionUri, 'media', `coppice-${theme}.svg`);
    opened.iconPath = { light: icon('light'), dark: icon('dark') };
    opened.onDidDispose(() => {
      if (panel === opened) panel = undefined;
    });
    show(opened, 'editor');
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

/** One page, and what it has been told. */
class TreePage implements vscode.Disposable {
  readonly #context: Context;
  readonly #webview: vscode.Webview;
  readonly #listening: vscode.Disposable;
  /** Absent until the page has loaded, and while it is hidden. */
  #feed: Feed | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: Context, webview: vscode.Webview) {
    this.#context = context;
    this.#webview = webview;
    this.#listening = webview.onDidReceiveMessage((message: FromPage) => this.#receive(message));
  }

  updateSoon(): void {
    if (!this.#feed) return;
    this.#timer ??= setTimeout(() => this.#update(), SEND_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#feed = undefined;
    this.#listening.dispose();
  }

  #update(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { newest } = this.#context.runs;
    if (!this.#feed || this.#feed.run !== newest) this.#feed = new Feed(newest);
    void this.#webview.postMessage(this.#feed.next());
  }

  #receive(message: FromPage): unknown {
    const run = this.#feed?.run;
    switch (message.kind) {
      case 'ready':
        this.#feed = new Feed(this.#context.runs.newest);
        return this.#update();
      case 'openCandidate':
        return run?.entry(message.id) && openDiff(run, message.id);
      case 'openPiece':
        return run && openPiece(run, message.path);
      case 'switchPiece':
        return run?.switchPiece(message.id, message.on);
      case 'grow':
        return vscode.commands.executeCommand('coppice.candidates.grow');
      case 'growAgain':
        return run && vscode.commands.executeCommand('coppice.candidates.growAgain', run);
    }
  }
}

/** Only what is in the prompt of the run is opened, whatever the page asks for. */
async function openPiece({ growth, request, target }: Run, path: string): Promise<void> {
  const isKnown =
    growth.plan?.nodes.some(({ pieces }) => pieces.some((piece) => piece.path === path)) === true ||
    growth.leftOut.some((piece) => piece.path === path);
  if (!isKnown) return;
  const file = vscode.Uri.file(join(request.workspace, path));
  const isTarget = file.toString() === target.uri.toString();
  const selection = isTarget ? { selection: new vscode.Range(target.line, 0, target.line, 0) } : {};
  await vscode.window.showTextDocument(isTarget ? target.uri : file, { preview: true, ...selection });
}
