import { join } from 'node:path';
import * as vscode from 'vscode';
import { openDiff } from '../candidates/preview.ts';
import type { Context } from '../context.ts';
import type { Run } from '../runs/run.ts';
import { Feed } from './feed.ts';
import type { FromPage } from './messages.ts';
import { type Place, pageOf } from './page.ts';

/** Growth is told ten times a second; the page gets no more than that, whatever else changes. */
const SEND_MS = 100;

/** One page, and what it has been told. */
export class TreePage implements vscode.Disposable {
  readonly #context: Context;
  readonly #webview: vscode.Webview;
  readonly #listening: vscode.Disposable;
  /** Absent until the page has loaded, and while it is hidden. */
  #feed: Feed | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param assets the folder of what the page loads */
  constructor(context: Context, webview: vscode.Webview, assets: vscode.Uri, place: Place) {
    this.#context = context;
    this.#webview = webview;
    this.#listening = webview.onDidReceiveMessage((message: FromPage) => this.#receive(message));
    webview.options = { enableScripts: true, localResourceRoots: [assets] };
    webview.html = pageOf(webview, assets, place);
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
