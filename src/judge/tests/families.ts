import type { FrameworkName, TestPlan } from '../../core/protocol.ts';
import type { Framework, FrameworkKind, Project, TestFile } from './framework.ts';
import { commandFramework } from './frameworks/command.ts';
import { nodeTest } from './frameworks/node-test.ts';
import { pytest } from './frameworks/pytest.ts';
import { samplesFramework } from './frameworks/samples.ts';
import { unittest } from './frameworks/unittest.ts';
import { packageJson } from './package-json.ts';

const FRAMEWORKS: Record<FrameworkName, FrameworkKind> = {
  pytest,
  unittest,
  'node-test': nodeTest,
};

/** Languages that are tested together. */
interface Family {
  /** The files whose tests it knows. */
  sources: RegExp;
  /** Where tests are, by the names that its frameworks look for. */
  tests: RegExp;
  /** The first that claims the tests runs them. */
  frameworks: FrameworkName[];
  /** How tests that none of them claims are run. */
  otherwise?(files: TestFile[], project: Project): TestPlan;
}

const FAMILIES: Family[] = [
  {
    sources: /\.pyi?$/,
    tests: /(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$/,
    frameworks: ['pytest', 'unittest'],
  },
  {
    sources: /\.[cm]?[jt]sx?$/,
    tests: /(^|\/)([^/]+[.\-_](test|spec)|test-[^/]+|test)\.[cm]?[jt]sx?$|(^|\/)(test|__tests__)\/.*\.[cm]?[jt]sx?$/,
    frameworks: ['node-test'],
    otherwise: npmTest,
  },
];

export function familyOf(path: string): Family | undefined {
  return FAMILIES.find(({ sources }) => sources.test(path));
}

/** How tests that concern a file are run; undefined where nothing can run them. */
export function planFor(family: Family, files: TestFile[], project: Project): TestPlan | undefined {
  for (const kind of family.frameworks) {
    const claimed = FRAMEWORKS[kind].claim(files, project);
    if (claimed && claimed.length > 0) return { kind, files: claimed };
  }
  return files.length === 0 ? undefined : family.otherwise?.(files, project);
}

/**
 * @param path the file that candidates replace, relative to the workspace
 * Throws `runtime-missing`. Undefined for a plan without tests.
 */
export function frameworkFor(plan: TestPlan, path: string, workspace: string): Framework | undefined {
  switch (plan.kind) {
    case 'command':
      return commandFramework(plan.command, workspace);
    case 'samples':
      return samplesFramework(plan, path, workspace);
    case 'none':
      return undefined;
    default:
      return FRAMEWORKS[plan.kind].make(plan.files, workspace);
  }
}

/** The project's own command; without one, files that are programs: `node --test` takes each as a case. */
function npmTest(files: TestFile[], project: Project): TestPlan {
  if (packageJson(project).test) return { kind: 'command', command: 'npm test --silent' };
  return { kind: 'node-test', files: files.map(({ path }) => path) };
}
