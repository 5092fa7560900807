import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { editorDefinitions } from '../../../src/extension/grow/editor-definitions.ts';
import { hiddenFiles } from '../../../src/extension/grow/recent-edits.ts';
import type { Use } from '../../../src/run/context/definitions.ts';
import { START_LIMIT_MS } from '../limits.ts';
import { until } from './scene.ts';

describe('context from the editor', function () {
  this.timeout(2 * START_LIMIT_MS);
  let context: Context;
  let folder: string;
  const made: string[] = [];

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const path of made.splice(0)) await rm(path, { force: true });
  });

  async function make(name: string, text: string): Promise<vscode.Uri> {
    const path = join(folder, name);
    made.push(path);
    await writeFile(path, text);
    return vscode.Uri.file(path);
  }

  const useOf = (path: string, text: string, name: string): Use => ({
    ...{ path, name, offset: text.lastIndexOf(name), worth: 'signature' },
  });

  it('finds types through the language service, also of values and behind a byte order mark and CRLF', async () => {
    await make('orders.ts', 'export interface Line { cents: number }\nexport interface Order { lines: Line[] }\n');
    const text =
      "import * as shop from './orders';\nconst order: shop.Order = { lines: [] };\nexport const date = new Date();\n";
    const uri = await make('shop-price.ts', `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    await vscode.window.showTextDocument(uri);
    const finder = editorDefinitions(folder);
    const uses = ['Order', 'lines', 'Date'].map((name) => useOf('shop-price.ts', text, name));
    const value = { ...useOf('shop-price.ts', text, 'order'), offset: text.indexOf('order:') };
    const order = { path: 'orders.ts', line: 1 };
    let found: unknown;
    // The language service answers late while it starts.
    await until(
      () => `found: ${JSON.stringify(found)}`,
      async () => {
        found = await finder([...uses, value]);
        return isDeepStrictEqual(found, [order, order, undefined, order]);
      },
    );
  });

  it('does not wait for a language service that does not answer', async () => {
    const never = vscode.languages.registerDefinitionProvider('python', {
      provideDefinition: () => new Promise<undefined>(() => {}),
    });
    try {
      const text = 'def f(order: Order): ...\n';
      await make('late.py', text);
      assert.deepEqual(await editorDefinitions(folder)([useOf('late.py', text, 'Order')]), [undefined]);
    } finally {
      never.dispose();
    }
  });

  it('knows where the user has worked of late, and what the user has hidden', async () => {
    const [first, second] = [await make('one.py', 'a = 1\nb = 2\n'), await make('two.py', 'a = 1\n')];
    for (const [uri, line] of [
      [first, 1],
      [second, 0],
    ] as const) {
      const editor = await vscode.window.showTextDocument(uri);
      await editor.edit((edit) => edit.insert(new vscode.Position(line, 0), '# '));
    }
    assert.deepEqual(context.edits.within(folder).slice(0, 2), [
      { path: 'two.py', line: 0 },
      { path: 'one.py', line: 1 },
    ]);
    assert.deepEqual(context.edits.within(join(folder, 'elsewhere')), []);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.window.showTextDocument(first);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.ok(hiddenFiles(first).includes('**/.git'));
  });
});
