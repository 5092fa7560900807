import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { languageOf } from '../../core/language.ts';
import type { FunctionRegion } from '../../syntax/region.ts';
import type { Context } from '../context.ts';
import { DOCUMENTS } from '../documents.ts';
import type { GrowChoice } from '../grow/grow-choice.ts';
import { readSettings } from '../settings.ts';
import { registerGrowTested } from './grow-tested.ts';
import { Outlines } from './outlines.ts';
import { type DocumentTest, testsOf } from './tests-of.ts';

/** Files that have signatures and nothing else. */
const DECLARATIONS = /\.(pyi|d\.[cm]?ts)$/;

/**
 * Offers to grow above functions that are yet to be written, above the tests of these, and above tests that failed before a run.
 * Which tests failed in the Testing view is not told to extensions (`TestObserver` is a proposed API); its rows have a command
 * for it instead. No process is started for a lens.
 */
export function registerGrowLenses(context: Context): vscode.Disposable {
  const { services, runs, log } = context;
  const outlines = new Outlines(services);
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document) {
      if (!readSettings(document.uri).codeLens || DECLARATIONS.test(document.uri.path)) return [];
      try {
        return [...(await functionLenses(document, outlines)), ...(await testLenses(document, outlines, context))];
      } catch (error) {
        log.warn(`functions that could grow were not found: ${CoppiceError.wrap(error).message}`);
        return [];
      }
    },
  };
  const finished = new WeakSet<object>();
  let isEdited = false;
  return vscode.Disposable.from(
    changed,
    vscode.languages.registerCodeLensProvider(DOCUMENTS, provider),
    registerGrowTested(context, outlines),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('coppice.codeLens')) changed.fire();
    }),
    // The tests of a function are in another document, which has not changed.
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      isEdited ||= languageOf(document.uri.path) !== undefined;
    }),
    vscode.window.onDidChangeActiveTextEditor(() => {
      if (isEdited) changed.fire();
      isEdited = false;
    }),
    runs.onDidChange((run) => {
      if (run?.phase.kind !== 'finished' || finished.has(run)) return;
      finished.add(run);
      changed.fire();
    }),
  );
}

async function functionLenses(document: vscode.TextDocument, outlines: Outlines): Promise<vscode.CodeLens[]> {
  const outline = await outlines.ofDocument(document);
  if (!outline) return [];
  const isTest = ({ start }: FunctionRegion) =>
    outline.cases.some((range) => range.start <= start && start < range.end);
  return outline.functions
    .filter((region) => region.isStub && !isTest(region))
    .map((region) => {
      // The last line of the header is in no other function.
      const inside = document.positionAt(Math.max(region.start, region.headerEnd - 1));
      const choice: GrowChoice = {
        uri: document.uri,
        place: { line: inside.line + 1, column: inside.character + 1 },
        symbol: region.qualifiedName,
      };
      return lens(document.positionAt(region.start), {
        command: 'coppice.candidates.grow',
        title: vscode.l10n.t('$(sparkle) Grow candidates'),
        tooltip: vscode.l10n.t('{0} is yet to be written: grow candidates and run the tests on them', choice.symbol),
        arguments: [choice],
      });
    });
}

async function testLenses(
  document: vscode.TextDocument,
  outlines: Outlines,
  { runs }: Context,
): Promise<vscode.CodeLens[]> {
  const tests = await testsOf(document, outlines, runs.all);
  return tests.flatMap((test) => {
    const choices = choicesOf(test);
    if (choices.length === 0) return [];
    const symbols = choices.map(({ symbol }) => symbol).join(', ');
    return lens(document.positionAt(test.start), {
      command: 'coppice.candidates.growTested',
      title: test.failed
        ? vscode.l10n.t('$(testing-failed-icon) Failed: grow what this tests')
        : vscode.l10n.t('$(sparkle) Grow what this tests'),
      tooltip: vscode.l10n.t('Grow candidates for {0}', symbols),
      arguments: [choices],
    });
  });
}

/** A test that fails may be about any function it mentions; of another one, those that are yet to be written. */
export function choicesOf({ failed, functions }: DocumentTest): GrowChoice[] {
  const unwritten = functions.filter(({ isStub }) => isStub);
  return unwritten.length > 0 || !failed ? unwritten : functions;
}

function lens(at: vscode.Position, command: vscode.Command): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(at, at), command);
}
