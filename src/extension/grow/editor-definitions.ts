import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DefinitionFinder, DefinitionPlace, Use } from '../../run/context/definitions.ts';
import { relativePath, textOf } from '../documents.ts';

/** A run must not wait for a language service that is still reading the project: imports are followed then. */
const LIMIT_MS = 800;

type Places = (vscode.Location | vscode.LocationLink)[] | undefined;

/** Finds definitions through the language services that the editor has. */
export function editorDefinitions(workspace: string): DefinitionFinder {
  return async (uses) => {
    const limit = new AbortController();
    const late = delay(LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    const found = await Promise.all(
      uses.map((use) => Promise.race([find(workspace, use).catch(() => undefined), late])),
    );
    limit.abort();
    return found;
  };
}

async function find(workspace: string, { path, name, offset }: Use): Promise<DefinitionPlace | undefined> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(join(workspace, path)));
  const before = textOf(document).slice(0, offset + name.length);
  if (!before.endsWith(name)) return undefined;
  const lines = before.slice(0, offset).split('\n');
  const at = new vscode.Position(lines.length - 1, lines.at(-1)!.length);
  const ask = (command: string) => vscode.commands.executeCommand<Places>(command, document.uri, at);
  // Of a parameter the definition is the parameter itself; what its type is helps more.
  const answers = await Promise.all([
    ask('vscode.executeDefinitionProvider'),
    ask('vscode.executeTypeDefinitionProvider').then(undefined, () => undefined),
  ]);
  const places = answers.flatMap((answer) => answer ?? []).map((place) => placeIn(workspace, place));
  return places.find((place) => place !== undefined && place.path !== path);
}

/** Undefined for what is not of the workspace: packages, and the declarations of the language itself. */
function placeIn(workspace: string, place: vscode.Location | vscode.LocationLink): DefinitionPlace | undefined {
  const [uri, range] = 'targetUri' in place ? [place.targetUri, place.targetRange] : [place.uri, place.range];
  const path = relativePath(workspace, uri);
  const isOurs = uri.scheme === 'file' && path !== uri.path && !path.split('/').includes('node_modules');
  return isOurs ? { path, line: range.start.line } : undefined;
}
