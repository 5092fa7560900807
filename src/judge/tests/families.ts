import { basename, dirname } from 'node:path/posix';
import { CoppiceError } from '../../core/errors.ts';
import type { FrameworkName, TestPlan } from '../../core/protocol.ts';
import type { Framework, FrameworkKind, Project, TestFile } from './framework.ts';
import { cargo } from './frameworks/cargo.ts';
import { commandFramework } from './frameworks/command.ts';
import { ctest } from './frameworks/ctest.ts';
import { doctest } from './frameworks/doctest.ts';
import { go } from './frameworks/go.ts';
import { gradle } from './frameworks/gradle.ts';
import { jest } from './frameworks/jest.ts';
import { maven } from './frameworks/maven.ts';
import { mocha } from './frameworks/mocha.ts';
import { nodeTest } from './frameworks/node-test.ts';
import { program } from './frameworks/program.ts';
import { pytest } from './frameworks/pytest.ts';
import { samplesFramework } from './frameworks/samples.ts';
import { unittest } from './frameworks/unittest.ts';
import { vitest } from './frameworks/vitest.ts';
import { escaped } from './mention.ts';
import { packageJson } from './package-json.ts';

const FRAMEWORKS: Record<FrameworkName, FrameworkKind> = {
  pytest,
  unittest,
  'node-test': nodeTest,
  vitest,
  jest,
  mocha,
  doctest,
  go,
  maven,
  gradle,
  ctest,
  cargo,
  program,
};

/** Languages that are tested together. */
interface Family {
  /** The files whose tests it knows. */
  sources: RegExp;
  /** Where tests are, by the names that its frameworks look for. */
  tests: RegExp;
  /** Whether a test file concerns a source file, where it is not told by an import of its name. */
  concerns?(test: TestFile, path: string): boolean;
  /** The first that claims the tests runs them. */
  frameworks: FrameworkName[];
  /** How tests that none of them claims are run. */
  otherwise?(files: TestFile[], project: Project): TestPlan;
}

const FAMILIES: Family[] = [
  {
    sources: /\.pyi?$/,
    tests: /(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$/,
    frameworks: ['pytest', 'unittest', 'doctest'],
  },
  {
    sources: /\.[cm]?[jt]sx?$/,
    tests: /(^|\/)([^/]+[.\-_](test|spec)|test-[^/]+|test)\.[cm]?[jt]sx?$|(^|\/)(test|__tests__)\/.*\.[cm]?[jt]sx?$/,
    frameworks: ['node-test', 'vitest', 'jest', 'mocha'],
    otherwise: npmTest,
  },
  {
    sources: /\.go$/,
    tests: /_test\.go$/,
    concerns: ({ path, text }, source) =>
      dirname(path) === dirname(source) || new RegExp(`"[^"\\n]*/${escaped(basename(dirname(source)))}"`).test(text),
    frameworks: ['go'],
  },
  {
    sources: /\.rs$/,
    tests: /(^|\/)(tests|src)\/.*\.rs$/,
    // Tests of a package's `tests` folder can only be of that package.
    concerns: ({ path, text }, source) =>
      (/(^|\/)tests\//.test(path) && source.startsWith(path.replace(/(^|\/)tests\/.*$/, '$1'))) ||
      takesIn(text, /^\s*(pub )?(use|mod)\b/, basename(source, '.rs')),
    frameworks: ['cargo'],
  },
  {
    sources: /\.(java|kt)$/,
    tests: /(^|\/)src\/test\/(java|kotlin)\/.*\.(java|kt)$/,
    // Classes of a package see each other without an import, and the functions of a file in Kotlin without its name.
    concerns: ({ path, text }, source) => {
      const [stem, test] = [source, path].map((each) => basename(each).replace(/\.\w+$/, ''));
      return new RegExp(`\\b${escaped(stem!)}\\b`).test(text) || [`${stem}Test`, `${stem}Tests`].includes(test!);
    },
    frameworks: ['maven', 'gradle'],
  },
  {
    sources: /\.(c|cc|cpp|cxx|h|hh|hpp|hxx)$/,
    tests: /(^|\/)([^/]*[._-])?tests?([._-][^/]*)?\.(c|cc|cpp|cxx)$|(^|\/)tests?\/.*\.(c|cc|cpp|cxx)$/i,
    concerns: ({ text }, source) => takesIn(text, /^\s*#\s*include\b/, basename(source).replace(/\.\w+$/, '')),
    frameworks: ['ctest'],
  },
];

export function familyOf(path: string): Family | undefined {
  return FAMILIES.find(({ sources }) => sources.test(path));
}

/** Whether a line that takes another file in names a word. */
function takesIn(text: string, line: RegExp, word: string): boolean {
  return text.split('\n').some((each) => line.test(each) && each.split(/\W+/).includes(word));
}

/**
 * How tests that concern a file are run; undefined where nothing can run them.
 *
 * @param wanted runs them if it is one for these languages
 */
export function planFor(
  family: Family,
  files: TestFile[],
  project: Project,
  wanted?: FrameworkName,
): TestPlan | undefined {
  if (wanted !== undefined && family.frameworks.includes(wanted)) return planOf(wanted, files, project);
  for (const kind of family.frameworks) {
    const claimed = FRAMEWORKS[kind].claim(files, project);
    if (claimed && claimed.length > 0) return { kind, files: claimed };
  }
  return files.length === 0 ? undefined : family.otherwise?.(files, project);
}

/** All that can run them with what is installed; what `planFor` takes by itself comes first. */
export function plansFor(family: Family, files: TestFile[], project: Project): TestPlan[] {
  const first = planFor(family, files, project);
  const others = family.frameworks.flatMap((kind) =>
    kind === first?.kind ? [] : (planOf(kind, files, project) ?? []),
  );
  return [...(first ? [first] : []), ...others.filter((plan) => isRunnable(plan, project))];
}

function planOf(kind: FrameworkName, files: TestFile[], project: Project): TestPlan | undefined {
  const { claim, accept } = FRAMEWORKS[kind];
  const claimed = accept ? accept(files) : claim(files, project);
  return claimed && claimed.length > 0 ? { kind, files: claimed } : undefined;
}

function isRunnable(plan: TestPlan, project: Project): boolean {
  try {
    return frameworkFor(plan, project) !== undefined;
  } catch (error) {
    if (error instanceof CoppiceError && error.code === 'runtime-missing') return false;
    throw error;
  }
}

/** Throws `runtime-missing`. Undefined for a plan without tests. */
export function frameworkFor(plan: TestPlan, project: Project): Framework | undefined {
  switch (plan.kind) {
    case 'command':
      return commandFramework(plan.command, project.workspace);
    case 'samples':
      return samplesFramework(plan, project);
    case 'none':
      return undefined;
    default:
      return FRAMEWORKS[plan.kind].make(plan.files, project);
  }
}

/** The project's own command; without one, files that are programs: `node --test` takes each as a case. */
function npmTest(files: TestFile[], project: Project): TestPlan {
  const { script } = packageJson(project.read('package.json'));
  if (script !== '' && !script.includes('no test specified')) return { kind: 'command', command: 'npm test --silent' };
  return { kind: 'node-test', files: files.map(({ path }) => path) };
}
