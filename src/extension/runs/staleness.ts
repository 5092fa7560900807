import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { type GrownFrom, isStillIn } from '../../run/freshness.ts';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

/** Nobody reads faster than this while they type. */
const PAUSE_MS = 250;
/** What changes outside of the editor is looked at in files that prompts are made of. */
const FILES = '**/*';

/** Tells each run what of its context is no longer as it was, and tells it again when that is undone. */
export function registerStaleness({ runs, log }: Context): vscode.Disposable {
  const known = new WeakMap<Run, Sources>();
  const timers = new Map<Run, NodeJS.Timeout>();
  const look = async (run: Run) => {
    timers.delete(run);
    // When its turn comes it takes what is there then.
    if (run.isWaiting) return;
    try {
      run.compare(await outdated(run, known.get(run)));
    } catch (error) {
      log.warn(`the context of ${run.target.symbol} could not be compared: ${CoppiceError.wrap(error).message}`);
    }
  };
  const lookSoon = (run: Run) => {
    clearTimeout(timers.get(run));
    timers.set(
      run,
      setTimeout(() => void look(run), PAUSE_MS),
    );
  };
  // Called for whatever changes in the workspace, so it only looks a path up.
  const changed = ({ path }: vscode.Uri) => {
    for (const run of runs.all) if (run.target.uri.path === path || known.get(run)?.paths.has(path)) lookSoon(run);
  };
  let watcher: vscode.Disposable | undefined;
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) changed(document.uri);
    }),
    // What was not saved is gone then.
    vscode.workspace.onDidCloseTextDocument(({ uri }) => changed(uri)),
    runs.onDidChange((run) => {
      watcher ??= watch(changed);
      if (!run || known.get(run)?.pieces === run.grownFrom) return;
      known.set(run, sourcesOf(run));
      lookSoon(run);
    }),
    {
      dispose: () => {
        watcher?.dispose();
        for (const timer of timers.values()) clearTimeout(timer);
      },
    },
  );
}

/** Not before there is a run: every change in the workspace is told. */
function watch(changed: (uri: vscode.Uri) => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(FILES);
  const { onDidChange, onDidCreate, onDidDelete } = watcher;
  return vscode.Disposable.from(watcher, onDidChange(changed), onDidCreate(changed), onDidDelete(changed));
}

/** The files that a prompt was made of, as they were then. */
interface Sources {
  pieces: readonly GrownFrom[];
  /** Of the files, as URIs have them. */
  paths: ReadonlySet<string>;
  texts: Promise<Map<string, string | undefined>>;
}

function sourcesOf(run: Run): Sources {
  const { grownFrom: pieces, request } = run;
  const files = [...new Set(pieces.map(({ path }) => path))];
  const textOf = async (path: string) =>
    request.overlays.find((overlay) => overlay.path === path)?.text ?? (await textAt(uriOf(run, path)));
  const texts = Promise.all(files.map(async (path) => [path, await textOf(path)] as const));
  return {
    pieces,
    paths: new Set(files.map((path) => uriOf(run, path).path)),
    texts: texts.then((entries) => new Map(entries)),
  };
}

async function outdated(run: Run, sources: Sources | undefined): Promise<string[]> {
  const { target } = run;
  const texts = (await sources?.texts) ?? new Map<string, string | undefined>();
  const now = new Map<string, string | undefined>();
  for (const path of texts.keys()) now.set(path, await textAt(uriOf(run, path)));
  const files = new Set<string>();
  for (const piece of sources?.pieces ?? []) {
    const [was, is] = [texts.get(piece.path), now.get(piece.path)];
    if (was !== is && (was === undefined || is === undefined || !isStillIn(piece, was, is))) files.add(piece.path);
  }
  const document = await vscode.workspace.openTextDocument(target.uri).then(
    (opened) => opened,
    () => undefined,
  );
  const place = document && target.current(document);
  const isSame = place !== undefined && run.isReplaceable(place.text);
  return [...(isSame ? [] : [target.symbol]), ...files];
}

/** The file that candidates replace is where the user has it, which may be the editor alone. */
function uriOf({ request, target }: Run, path: string): vscode.Uri {
  const { workspace, file } = request;
  if (resolve(workspace, path) === resolve(workspace, file)) return target.uri;
  return vscode.Uri.joinPath(vscode.Uri.file(workspace), path);
}

/** What the user sees: the unsaved buffer first. */
async function textAt(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
