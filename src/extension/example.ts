import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';

interface Example {
  label: string;
  /** Within `examples/`. */
  folder: string;
  /** The file to open, and what the function to grow begins with. */
  file: string;
  start: string;
}

const EXAMPLES: readonly Example[] = [
  { label: 'Python', folder: 'python', file: 'words.py', start: 'def count_vowels(' },
  { label: 'TypeScript', folder: 'typescript', file: 'src/numbers.ts', start: 'export function clamp(' },
];

/** A project to try Coppice on. It is copied, once the user has chosen one, so that it can be changed freely. */
export function registerExample({ extensionPath }: vscode.ExtensionContext): vscode.Disposable {
  return vscode.commands.registerCommand('coppice.example.open', async (language?: unknown) => {
    const example = EXAMPLES.find(({ folder }) => folder === language) ?? (await chooseExample());
    if (!example) return;
    const target = await mkdtemp(join(tmpdir(), 'coppice-example-'));
    const filter = (path: string) => basename(path) !== '__pycache__';
    await cp(join(extensionPath, 'examples', example.folder), target, { recursive: true, filter });
    await openAt(join(target, example.file), example.start);
  });
}

async function chooseExample(): Promise<Example | undefined> {
  const items = EXAMPLES.map((example) => ({ ...example, description: example.file }));
  return vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Open an Example'),
    placeHolder: vscode.l10n.t(
      'A small project with tests and functions to write. It is copied to a new folder in {0}.',
      tmpdir(),
    ),
    // The walkthrough takes the focus back once its button has been pressed.
    ignoreFocusOut: true,
  });
}

/** The cursor is put into the function, in the line after its first. */
async function openAt(file: string, start: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const first = document.positionAt(document.getText().indexOf(start)).line;
  const inside = document.lineAt(first + 1).range.end;
  editor.selection = new vscode.Selection(inside, inside);
  editor.revealRange(editor.selection);
}
