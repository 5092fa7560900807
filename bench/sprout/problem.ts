import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CoppiceError } from '../../src/core/errors.ts';
import { readText } from '../../src/run/source-file.ts';

export const KINDS = ['wording', 'composition', 'family'] as const;
export const LANGUAGES = ['python', 'typescript'] as const;

/** One line of `heldout.jsonl`: a file with one function that is not written yet, and its tests. */
export interface Problem {
  id: string;
  /** What about it was never trained on: this wording, this sequence of operations, or anything like it. */
  kind: (typeof KINDS)[number];
  language: (typeof LANGUAGES)[number];
  symbol: string;
  /** Relative to the workspace, forward slashes. */
  path: string;
  content: string;
  testPath: string;
  testContent: string;
}

/** Throws `file-not-found`, or `usage` for a file that holds anything but problems. */
export async function readProblems(file: string): Promise<Problem[]> {
  const lines = (await readText(file)).split('\n').filter((line) => line !== '');
  const problems = lines.map((line, index) => {
    const problem = parse(line);
    if (problem) return problem;
    const message = `Line ${index + 1} of ${file} is not a problem.`;
    throw new CoppiceError('usage', message, 'Write the file again with tools/sprout/heldout.py.');
  });
  return spread(problems);
}

/** The files of a problem in a folder that becomes its workspace. */
export async function writeWorkspace(folder: string, problem: Problem): Promise<void> {
  const files: Record<string, string> = {
    [problem.path]: problem.content,
    [problem.testPath]: problem.testContent,
    ...(problem.language === 'typescript' ? { 'package.json': '{ "type": "module" }\n' } : {}),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** The version of an installed package; empty when it does not say. */
export async function packageVersion(manifest: URL): Promise<string> {
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version?: string }).version ?? '';
}

function parse(line: string): Problem | undefined {
  try {
    const problem = JSON.parse(line) as Problem;
    const { id, symbol, path, content, testPath, testContent } = problem;
    const texts = [id, symbol, path, content, testPath, testContent];
    const known = KINDS.includes(problem.kind) && LANGUAGES.includes(problem.language);
    return known && texts.every((text) => typeof text === 'string') ? problem : undefined;
  } catch {
    return undefined;
  }
}

/** One of each kind and language in turn, so that any beginning of the list stands for the whole. */
function spread(problems: Problem[]): Problem[] {
  const seen = new Map<string, number>();
  const turns = problems.map((problem) => {
    const group = `${problem.kind} ${problem.language}`;
    const turn = seen.get(group) ?? 0;
    seen.set(group, turn + 1);
    return { problem, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ problem }) => problem);
}
