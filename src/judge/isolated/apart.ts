import { posix } from 'node:path';
import { type Said, said } from '../../core/said.ts';
import type { PythonRuntime } from '../runtime/python.ts';
import { pythonScript } from '../tests/forks.ts';
import type { Framework, NodeApart } from '../tests/framework.ts';
import { harnessFiles } from '../tests/harness.ts';

const CROSSING = ['coppice_crossing.py', 'coppice_exceptions.py', 'coppice_objects.py', 'coppice_values.py'];
const STANDING_IN = ['coppice_standin.py', 'coppice_shared.py', ...CROSSING];
const WORKER = 'coppice_worker.py';
const PROGRAM = 'coppice_program_apart.py';
/** What the two sides of a program import: loaded before they are forked. */
const LOADED = ['coppice_worker', 'coppice_standin', 'coppice_shared', 'asyncio', 'socket'];

/** The file of the candidate as tests find it: a module that has its names, and asks the worker. */
const STAND_IN = "__import__('coppice_standin_module').peer.load(__import__('sys').modules[__name__])\n";

/** For who loads it before the stand-in has asked what names there are. */
const UNASKED = "throw new Error('the candidate is loaded before the tests');\n";

/** Fixtures and base classes of tests are not called by them. */
const PART_OF_TESTS = /^(import|from)\s+(pytest|unittest)\b/m;
const NODE_TESTS = /['"](node:test|vitest|@jest\/globals|mocha)['"]|\bexpect\.extend\(|\b(before|after)(Each|All)\(/;
/** Each such file is a run of its own. */
export const MOST_FILES = 10;

/** The two sides of tests that are run without what they test: each is a framework of its own, and they have one line. */
export interface Apart {
  /** Knows the candidate by what stands in for it. */
  tests: Framework;
  /** Has the candidate and no tests; its runs have no cases. */
  worker: Framework;
  /** The file of the candidate, from its text, as each of the two finds it. */
  standIn(text: string): string;
  candidate(text: string): string;
  /** Why a candidate can't be told from its tests, where that is so. */
  refusal(text: string): Said | undefined;
}

/**
 * All runs that it takes. Undefined where nobody knows how to take tests of this framework apart from what they test.
 *
 * @param path the file that candidates replace
 * @param files those of the tests
 */
export function apartOf(framework: Framework, path: string, files: readonly string[]): Apart[] | undefined {
  const { apart } = framework;
  switch (apart?.kind) {
    case undefined:
      return undefined;
    case 'module':
      return [modules(framework, apart.python, path, files)];
    case 'program':
      return [programs(framework, apart.python, path)];
    case 'node':
      return (apart.together ? [files] : files.map((file) => [file])).map((alone) => nodeModules(apart, alone, files));
  }
}

function modules(framework: Framework, python: PythonRuntime, path: string, files: readonly string[]): Apart {
  const { forking: _, ...fromNothing } = framework;
  return {
    tests: {
      ...fromNothing,
      harness: { ...framework.harness, ...harnessFiles('coppice_standin_module.py', ...STANDING_IN) },
      command: (root, harness, built) => {
        const command = framework.command(root, harness, built);
        const { PYTHONPATH: own } = command.env;
        return { ...command, env: { ...command.env, PYTHONPATH: own ? `${harness}:${own}` : harness } };
      },
    },
    worker: worker(python, emptied(files)),
    standIn: () => STAND_IN,
    candidate: (text) => text,
    refusal: (text) =>
      PART_OF_TESTS.test(text) || path.endsWith('conftest.py') ? said`it is a part of the tests` : undefined,
  };
}

/** Here the tests hand the code on, so that the worker needs no file; and forks come in pairs, of which each has its side. */
function programs(framework: Framework, python: PythonRuntime, path: string): Apart {
  const script = pythonScript(python, PROGRAM, (root) => [root, path], { loaded: LOADED, inPairs: true });
  return {
    tests: {
      ...framework,
      ...script,
      harness: { ...script.harness, ...harnessFiles('coppice_cases.py', WORKER, ...STANDING_IN) },
      inPairs: true,
    },
    worker: worker(python, {}),
    standIn: (text) => text,
    candidate: () => '',
    refusal: () => undefined,
  };
}

/** The stand-in writes itself, once the worker has told what names there are. */
function nodeModules({ of }: NodeApart, alone: readonly string[], files: readonly string[]): Apart {
  const worker = of('candidate', alone);
  return {
    tests: of('tests', alone),
    worker: { ...worker, files: { ...emptied([...files, ...files.map(snapshotOf)]), ...worker.files } },
    standIn: () => UNASKED,
    candidate: (text) => text,
    refusal: (text) => (NODE_TESTS.test(text) ? said`it is a part of the tests` : undefined),
  };
}

/** Where jest and vitest keep what is expected. */
function snapshotOf(file: string): string {
  return posix.join(posix.dirname(file), '__snapshots__', `${posix.basename(file)}.snap`);
}

/** The answers are in the files of the tests. */
function emptied(files: readonly string[]): Record<string, string> {
  return Object.fromEntries(files.map((file) => [file, '']));
}

/** @param files of the workspace, as they are where it runs */
function worker(python: PythonRuntime, files: Record<string, string>): Framework {
  return {
    readable: python.readable,
    harness: harnessFiles(WORKER, ...CROSSING),
    files,
    command: (root, harness) => ({ argv: [python.path, `${harness}/${WORKER}`, root], env: python.env }),
    read: () => ({ cases: [], ended: true }),
    broken: () => undefined,
  };
}
