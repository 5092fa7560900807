import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path/posix';
import { type EcmascriptFramework, newEcmascriptFile, type Subject } from './ecmascript.ts';
import type { Example } from './example.ts';
import { newPythonFile, pythonModule } from './python.ts';

/** A test file that is not there yet. */
export interface NewTestFile {
  /** Relative to the workspace, forward slashes. */
  path: string;
  text: string;
}

const FOLDERS = ['tests', 'test', '__tests__'];

/**
 * The first test file for a function, where the project would have it: in its folder of tests, else beside the function; in
 * the framework that the project names, else in the one that comes with the language.
 */
export function newTestFile(workspace: string, subject: Subject, example: Example): NewTestFile {
  const folder = FOLDERS.find((name) => existsSync(join(workspace, name)));
  const beside = dirname(subject.path);
  const stem = basename(subject.path, extname(subject.path));
  if (example.language === 'python') {
    const path = freePath(workspace, (name) => join(folder ?? beside, `test_${name}.py`), stem, example);
    return { path, text: newPythonFile(example, pythonModule(subject.path), pythonFramework(workspace)) };
  }
  const { framework, isModule } = nodeProject(workspace, subject.path);
  const inFolder = (name: string) => join(folder ?? beside, `${name}.test${extname(subject.path)}`);
  const path = freePath(workspace, inFolder, stem, example);
  return { path, text: newEcmascriptFile(path, example, subject, framework, isModule) };
}

/** A file of that name may be there and concern something else. */
function freePath(workspace: string, pathOf: (name: string) => string, stem: string, { symbol }: Example): string {
  const path = pathOf(stem);
  return existsSync(join(workspace, path)) ? pathOf(`${stem}_${symbol}`) : path;
}

/** pytest where a file of the project speaks of it: it is not there otherwise. */
function pythonFramework(workspace: string): 'pytest' | 'unittest' {
  const names = existsSync(workspace) ? readdirSync(workspace) : [];
  if (names.includes('pytest.ini') || names.includes('conftest.py')) return 'pytest';
  const settings = names.filter((name) =>
    /^(pyproject\.toml|setup\.(cfg|py)|tox\.ini|.*requirements.*\.txt)$/.test(name),
  );
  return settings.some((name) => /\bpytest\b/.test(read(workspace, name))) ? 'pytest' : 'unittest';
}

function nodeProject(workspace: string, path: string): { framework: EcmascriptFramework; isModule: boolean } {
  const text = read(workspace, 'package.json');
  const framework = (['vitest', 'jest', 'mocha'] as const).find((name) =>
    new RegExp(`"${name}"\\s*:|\\b${name}\\b`).test(text),
  );
  const isScript = /\.cjs$/.test(path) || (/\.jsx?$/.test(path) && !/"type"\s*:\s*"module"/.test(text));
  return { framework: framework ?? 'node-test', isModule: !isScript };
}

function read(workspace: string, name: string): string {
  const file = join(workspace, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
