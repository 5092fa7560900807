import * as vscode from 'vscode';
import type { FrameworkName, JudgeOptions } from '../core/protocol.ts';

/** The settings of `package.json`, as they apply to a file. Empty texts there mean "not set". */
export interface Settings {
  candidates: number;
  temperature: number;
  modelPath: string | undefined;
  tests: TestChoice;
  allowUnsandboxed: boolean;
  nodePath: string | undefined;
  /** Whether functions that are yet to be written offer to grow. */
  codeLens: boolean;
  /** Whether a few short candidates grow at the cursor while someone types. */
  asYouType: boolean;
}

/** How tests are run, as far as the user has chosen. */
export type TestChoice = Extract<JudgeOptions['tests'], { kind: 'auto' | 'command' | 'none' }>;

/** The test frameworks that can be chosen: those of the languages that candidates grow in. */
export const FRAMEWORKS = [
  ...(['pytest', 'unittest', 'doctest'] as const),
  ...(['node-test', 'vitest', 'jest', 'mocha'] as const),
] satisfies FrameworkName[];

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
    tests: testChoice(text('tests.command'), section.get('tests.framework')),
    allowUnsandboxed: section.get('tests.allowUnsandboxed') === true,
    nodePath: text('node.path'),
    codeLens: section.get('codeLens.enabled') !== false,
    asYouType: section.get('asYouType.enabled') === true,
  };
}

function testChoice(command: string | undefined, value: unknown): TestChoice {
  if (command !== undefined) return { kind: 'command', command };
  if (value === 'none') return { kind: 'none' };
  const framework = FRAMEWORKS.find((name) => name === value);
  return framework ? { kind: 'auto', framework } : { kind: 'auto' };
}

/** Remembers, in the settings of the folder, how its tests are run. */
export async function chooseTestsIn(folder: vscode.Uri, choice: TestChoice): Promise<void> {
  const framework = choice.kind === 'auto' ? (choice.framework ?? 'auto') : choice.kind === 'none' ? 'none' : 'auto';
  const wanted = { 'tests.framework': framework, 'tests.command': choice.kind === 'command' ? choice.command : '' };
  for (const [key, value] of Object.entries(wanted)) {
    const target = vscode.ConfigurationTarget.WorkspaceFolder;
    const section = () => vscode.workspace.getConfiguration('coppice', folder);
    await section().update(key, undefined, target);
    // What the workspace or the user has set holds for the folder too, unless it says otherwise.
    if (section().get(key) !== value) await section().update(key, value, target);
  }
}

/** Remembers which model is used, where the one until now is set; without a name it is the embedded one. */
export async function useModelFrom(name: string | undefined): Promise<void> {
  const section = vscode.workspace.getConfiguration('coppice');
  // What a workspace says holds only where the user trusts it.
  const { workspaceFolderValue, workspaceValue } =
    (vscode.workspace.isTrusted && section.inspect<string>('model.path')) || {};
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const target = workspaceFolderValue ? WorkspaceFolder : workspaceValue ? Workspace : Global;
  await section.update('model.path', name, target);
  // What the user has set for all workspaces holds here too, unless this one says otherwise.
  if (name === undefined && readSettings().modelPath !== undefined) await section.update('model.path', '', target);
}

/** Remembers, for this workspace, that tests may run without isolation. */
export async function allowUnsandboxedHere(scope: vscode.Uri): Promise<void> {
  const section = vscode.workspace.getConfiguration('coppice', scope);
  await section.update('tests.allowUnsandboxed', true, vscode.ConfigurationTarget.Workspace);
}
