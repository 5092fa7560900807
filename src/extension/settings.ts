import * as vscode from 'vscode';

/** The settings of `package.json`, as they apply to a file. Empty texts there mean "not set". */
export interface Settings {
  candidates: number;
  temperature: number;
  modelPath: string | undefined;
  testCommand: string | undefined;
  allowUnsandboxed: boolean;
  nodePath: string | undefined;
}

/** Values in the settings file can be anything, so each is checked against what the manifest promises. */
export function readSettings(scope?: vscode.Uri): Settings {
  const section = vscode.workspace.getConfiguration('coppice', scope);
  const text = (key: string) => {
    const value = section.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };
  const number = (key: string, from: number, to: number, otherwise: number) => {
    const value = section.get(key);
    return typeof value === 'number' && value >= from && value <= to ? value : otherwise;
  };
  return {
    candidates: Math.round(number('candidates.count', 1, 1024, 32)),
    temperature: number('candidates.temperature', 0, 2, 0.8),
    modelPath: text('model.path'),
    testCommand: text('tests.command'),
    allowUnsandboxed: section.get('tests.allowUnsandboxed') === true,
    nodePath: text('node.path'),
  };
}

/** Remembers, for this workspace, that tests may run without isolation. */
export async function allowUnsandboxedHere(scope: vscode.Uri): Promise<void> {
  const section = vscode.workspace.getConfiguration('coppice', scope);
  await section.update('tests.allowUnsandboxed', true, vscode.ConfigurationTarget.Workspace);
}
