import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';
import { relativePath } from '../documents.ts';
import type { GrowChoice } from '../grow/grow-choice.ts';
import type { Run } from '../runs/run.ts';
import { projectOf } from '../workspace.ts';
import type { Outlines } from './outlines.ts';

/** A test case of a document. */
export interface DocumentTest {
  name: string;
  /** Offsets in the document. */
  start: number;
  end: number;
  /** The functions that it is about, and whether each is yet to be written. */
  functions: (GrowChoice & { isStub: boolean })[];
  /** A run found that it failed before anything was changed. */
  failed: boolean;
}

/** The test cases of a document; empty where there are none. */
export async function testsOf(
  document: vscode.TextDocument,
  outlines: Outlines,
  runs: readonly Run[],
): Promise<DocumentTest[]> {
  const language = languageOf(document.uri.path);
  const text = document.getText();
  const outline = await outlines.ofDocument(document);
  if (!language || !outline || outline.cases.length === 0) return [];
  const { testedCases } = await import('../../run/tested.ts');
  const project = projectOf(document.uri);
  const path = relativePath(project, document.uri);
  const uriOf = (file: string) => vscode.Uri.joinPath(vscode.Uri.file(project), file);
  const functionsOf = async (file: string) => (await outlines.ofFile(uriOf(file)))?.functions;
  const cases = await testedCases({ path, language, text, outline }, functionsOf);
  const failures = failed(project, path, runs);
  return cases.map(({ name, start, end, tested }) => ({
    ...{ name, start, end },
    failed: name !== '' && failures.some((id) => names(id, name)),
    functions: tested.map(({ path: file, region: { qualifiedName: symbol, isStub } }) => ({
      ...{ uri: uriOf(file), place: { symbol }, symbol, isStub },
    })),
  }));
}

/** The ids of the cases of a file that failed before the runs whose function is as it was then. */
function failed(project: string, path: string, runs: readonly Run[]): string[] {
  return runs.flatMap(({ phase, target }) => {
    if (phase.kind !== 'finished' || phase.result.run.workspace !== project) return [];
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === target.uri.toString());
    if (document && target.current(document)?.text !== target.body) return [];
    const { cases } = phase.result.run.baseline;
    return cases.flatMap(({ id, file, status }) =>
      file === path && (status === 'failed' || status === 'error') ? [id] : [],
    );
  });
}

/** Whether the id of a case has the name of a test as a whole. */
function names(id: string, name: string): boolean {
  const at = id.lastIndexOf(name);
  const [before, after] = [id[at - 1], id[at + name.length]];
  return at >= 0 && ![before, after].some((beside) => beside !== undefined && /\w/.test(beside));
}
