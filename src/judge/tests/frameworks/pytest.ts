import { delimiter } from 'node:path';
import { said } from '../../../core/said.ts';
import { findPython } from '../../runtime/python.ts';
import { forksArguments, PYTHON_HARNESS } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { pythonPath } from '../python-path.ts';
import { readRecords } from '../record.ts';

const PLUGIN = 'coppice_pytest';
/** pytest's own exit codes: https://docs.pytest.org/en/stable/reference/exit-codes.html */
const INTERNAL_ERROR = 3;
const USAGE_ERROR = 4;

/**
 * pytest with the project's own configuration and a plugin that tells of every case as soon as it is there. (JUnit
 * XML is written at the end only: after a candidate that hangs there would be nothing.)
 */
export const pytest: FrameworkKind = {
  claim: (files) => (files.some(({ text }) => isPytest(text)) ? files.map(({ path }) => path) : undefined),
  // It runs what is written for unittest too.
  accept: (files) => files.map(({ path }) => path),
  make,
};

/** Test functions outside of classes, fixtures, or its import: unittest would not see these. */
function isPytest(text: string): boolean {
  return (
    /^\s*(import|from)\s+pytest\b/m.test(text) || /^(async\s+)?def\s+test_/m.test(text) || !/\bunittest\b/.test(text)
  );
}

function make(files: string[], project: Project): Framework {
  const python = findPython(project.workspace, { pytest: true });
  const args = ['-q', '--color=no', '-p', PLUGIN, '-p', 'no:cacheprovider', ...files];
  const env = (root: string, harness: string) => {
    const own = pythonPath(root, files, project);
    return { ...python.env, PYTHONPATH: own === '' ? harness : `${harness}${delimiter}${own}` };
  };
  return {
    readable: python.readable,
    apart: { kind: 'module', python },
    harness: harnessFiles(`${PLUGIN}.py`, 'coppice_pytest_ahead.py', 'coppice_pytest_session.py', ...PYTHON_HARNESS),
    command: (root, harness) => ({ argv: [python.path, '-m', 'pytest', ...args], env: env(root, harness) }),
    forking: (root, harness, rights) => ({
      argv: [python.path, ...forksArguments(harness, root, rights, { kind: 'module', name: 'pytest', args })],
      env: env(root, harness),
    }),
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome) => {
      if (outcome.exitCode === USAGE_ERROR) return said`pytest did not accept its arguments or the configuration`;
      if (outcome.exitCode === INTERNAL_ERROR) return said`pytest failed inside itself`;
      return undefined;
    },
  };
}
