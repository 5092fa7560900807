import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';
import { commentProblem } from '../../syntax/comment-problem.ts';
import type { Context } from '../context.ts';
import { cursorOf, growAt, type Wish } from './grow.ts';
import { growEditor, tell } from './grow-place.ts';
import { askForOptions } from './options-list.ts';

/** More would leave no room for the file; the prompt is cut to what the model can read, but never the problem. */
const MOST_CHARACTERS = 2000;

/** @param said what a key binding has for a description */
export async function growFromDescription(context: Context, said?: string): Promise<void> {
  await growAs(context, (editor) => described(context, editor, said));
}

export async function growFromComment(context: Context): Promise<void> {
  await growAs(context, (editor) => commented(context, editor));
}

export async function growWithOptions(context: Context): Promise<void> {
  await growAs(context, async (editor) => {
    const wish = { document: editor.document, place: cursorOf(editor) };
    return (await askForOptions(context, editor.document.uri)) ? wish : undefined;
  });
}

async function growAs(
  context: Context,
  wishOf: (editor: vscode.TextEditor) => Promise<Wish | undefined>,
): Promise<void> {
  const editor = await growEditor();
  const wish = editor && (await wishOf(editor));
  if (wish) await growAt(context, wish);
}

async function described(
  { services }: Context,
  { document, selection }: vscode.TextEditor,
  said: string | undefined,
): Promise<Wish | undefined> {
  const language = languageOf(document.uri.path)!;
  const place = { line: selection.active.line + 1, column: selection.active.character + 1 };
  const text = document.getText().replaceAll('\r\n', '\n');
  const region = (await services.syntax()).findFunction(language, text, place);
  if (!region) {
    void tell({ why: vscode.l10n.t('Put the cursor in the function that the description is of.') });
    return undefined;
  }
  const problem = said ?? (await askForProblem(region.qualifiedName));
  return problem?.trim() ? { document, place, problem: problem.trim() } : undefined;
}

function askForProblem(symbol: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Grow {0} from a Description', symbol),
    prompt: vscode.l10n.t('What should it do? This is said to the model beside the comments of the function.'),
    placeHolder: vscode.l10n.t('for example: keep the order, and treat upper and lower case as the same'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim().length > MOST_CHARACTERS
        ? vscode.l10n.t('At most {0} characters: write more into a comment above the function.', MOST_CHARACTERS)
        : undefined,
  });
}

async function commented({ services }: Context, { document, selection }: vscode.TextEditor): Promise<Wish | undefined> {
  const language = languageOf(document.uri.path)!;
  const syntax = await services.syntax();
  const text = document.getText();
  const file = {
    language,
    text,
    functions: syntax.functions(language, text),
    comments: syntax.comments(language, text),
  };
  const range = { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) };
  const found = commentProblem(file, range);
  switch (found.kind) {
    case 'no-comment':
      void tell({
        why: vscode.l10n.t('Put the cursor in a comment, or select the text that says what should be written.'),
      });
      return undefined;
    case 'no-function': {
      const example = language === 'python' ? 'def name(a):' : 'function name(a) {}';
      void tell({
        why: vscode.l10n.t(
          'No function follows this comment. Write its first line below, such as "{0}": candidates are bodies of functions, and tests find them by name.',
          example,
        ),
      });
      return undefined;
    }
    case 'found': {
      const { region, problem } = found;
      const inside = document.positionAt(Math.max(region.start, region.headerEnd - 1));
      const place = { line: inside.line + 1, column: inside.character + 1 };
      if (problem === undefined || problem.length <= MOST_CHARACTERS)
        return { document, place, ...(problem === undefined ? {} : { problem }) };
      void tell({ why: vscode.l10n.t('Select at most {0} characters of this comment.', MOST_CHARACTERS) });
      return undefined;
    }
  }
}
