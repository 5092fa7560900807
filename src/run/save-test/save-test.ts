import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { languageOf } from '../../core/language.ts';
import type { Decision } from '../../core/rank/decision.ts';
import { said } from '../../core/said.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { JudgeClient } from '../judge-client.ts';
import { type Overlay, readSourceFile, readText } from '../source-file.ts';
import { addEcmascriptTest } from './ecmascript.ts';
import { exampleOf } from './example.ts';
import { type NewTestFile, newTestFile } from './new-file.ts';
import { type Insertion, neighbourOf } from './place.ts';
import { addPythonTest, pythonModule } from './python.ts';

/** Where a decision becomes a test. Paths are relative to the workspace, with forward slashes. */
export type SavedTest =
  /** The last insertion is the test; offsets count from the text as the file has it now, unsaved changes included. */
  | { kind: 'added'; path: string; insertions: Insertion[] }
  | { kind: 'present'; path: string }
  | ({ kind: 'new' } & NewTestFile);

export interface SaveTestRequest {
  workspace: string;
  /** The file of the function. */
  path: string;
  symbol: string;
  overlays: Overlay[];
}

/**
 * What to write so that a decision stays as a test: beside the tests of the function, in their style, or in a new file where
 * it has none. Nothing is written here. Rejects as the judge does, and with `usage` where what is right has no literal.
 */
export async function saveTest(
  { workspace, path, symbol, overlays }: SaveTestRequest,
  decision: Decision,
  { syntax, judge }: { syntax: Syntax; judge: JudgeClient },
): Promise<SavedTest> {
  const source = await readSourceFile(workspace, path, overlays);
  const { language } = source;
  const example = exampleOf(syntax, { language, text: source.text, symbol }, decision);
  if (!example) throw notWritable(decision);
  const tests: { path: string; text: string }[] = [];
  for (const file of await testFiles({ workspace, path, symbol, overlays }, judge)) {
    const text = overlays.find((overlay) => overlay.path === file)?.text ?? (await readText(join(workspace, file)));
    tests.push({ path: file, text });
  }
  const mentioning = tests.find((file) => neighbourOf(syntax, languageOf(file.path)!, file.text, symbol));
  const file = mentioning ?? tests[0];
  if (!file) return { kind: 'new', ...newTestFile(workspace, source, example) };
  const insertions =
    language === 'python'
      ? addPythonTest(syntax, file.text, example, pythonModule(path))
      : addEcmascriptTest(syntax, file, example, source);
  return insertions.length === 0
    ? { kind: 'present', path: file.path }
    : { kind: 'added', path: file.path, insertions };
}

/** The test files that concern the function, in its own languages. */
async function testFiles(
  { workspace, path, symbol, overlays }: SaveTestRequest,
  judge: JudgeClient,
): Promise<string[]> {
  const options = { workspace, path, symbol, overlays, tests: { kind: 'auto' as const }, allowUnsandboxed: false };
  try {
    const { tests } = await judge.call({ kind: 'discover', options });
    return tests.map((test) => test.path).filter((file) => file !== path && languageOf(file) !== undefined);
  } catch (error) {
    if (error instanceof CoppiceError && error.code === 'tests-not-found') return [];
    throw error;
  }
}

function notWritable({ input, expected }: Decision): CoppiceError {
  return new CoppiceError(
    'usage',
    said`A test can not say "${expected}" of ${input} in a literal.`,
    said`Write this test by hand.`,
  );
}
