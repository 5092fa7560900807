import type { CaseResult } from '../../core/report.ts';
import type { Said } from '../../core/said.ts';
import type { Outcome } from '../process/run.ts';
import type { PythonRuntime } from '../runtime/python.ts';
import type { ForkRights, TestCommand } from '../sandbox/sandbox.ts';
import type { TestRecords } from './record.ts';

/** How one kind of tests is run and read. Its runtimes are found when it is made, and then stay. */
export interface Framework {
  /** What the runtimes need to see. */
  readable: string[];
  /** Files that the harness folder must hold, by name. */
  harness: Record<string, string>;
  /** Files of the workspace as the tests are to find them, by path: with tests of ours, which must fail. */
  files?: Record<string, string>;
  /** The text of a candidate as the tests are to find it. */
  subject?(text: string): string;
  /** What must be done before the tests can be run. Where there is such a thing they do not see the harness. */
  build?: Build;
  /** `root` is the workspace and `harness` the folder of harness files, as the tests see them. */
  command(root: string, harness: string, built?: Built): TestCommand;
  /** A fork server whose forks run the same, where the framework has one. */
  forking?(root: string, harness: string, rights: ForkRights): TestCommand;
  /** Node can keep between runs what it compiled. */
  runsInNode?: true;
  /** @param isCandidate false for the untouched workspace, which comes first */
  read(outcome: Outcome, isCandidate: boolean): TestRecords;
  /** Where the tests can be run without loading what they test (isolated/). */
  apart?: PythonApart | NodeApart;
  /** Its forks come with a worker each, on descriptor 4. */
  inPairs?: true;
  /** What a run is worth is decided outside of the sandbox, of which nothing that a candidate runs can know. */
  decidesApart?: true;
  /** What can only be said by running something else afterwards, where nothing of the candidate is left. */
  settle?(outcome: Outcome, records: TestRecords, again: RunAgain): Promise<TestRecords>;
  /** Wall clock for one candidate, where the framework knows better than the baseline. */
  timeoutMs?: number;
  /** Why the runner itself did not work, told from a run on the untouched workspace; undefined when it did. */
  broken(outcome: Outcome, records: TestRecords): Said | undefined;
}

/** What stands in for what is tested, and what runs that by itself. */
export interface PythonApart {
  kind: 'module' | 'program';
  python: PythonRuntime;
}

/** Tests for Node, which run in one sandbox, while the candidate is loaded in another. */
export interface NodeApart {
  kind: 'node';
  /** All files of the tests share what they test. Otherwise each loads it anew, and is run alone. */
  together: boolean;
  /** @param files of the tests */
  of(side: Side, files: readonly string[]): Framework;
}

export type Side = 'tests' | 'candidate';

/** Runs a command of the project in the restored slot; it finds these files, by name, in the folder that it is given. */
export type RunAgain = (command: (folder: string) => TestCommand, files: Record<string, string>) => Promise<Outcome>;

/** Compiles the tests and what they test, under limits of its own. What is compiled is not run yet. */
export interface Build {
  /** `cache` is a folder that stays with the slot; the tests see it read-only, unless it is for one candidate alone. */
  command(root: string, harness: string, cache: string): TestCommand;
  /**
   * True where compiling may run what a candidate wrote (a generator, a macro, a test that is asked for its cases): then every
   * candidate starts with what was made of the untouched workspace.
   */
  runsCandidate: boolean;
  /** The first error that the compiler tells of. */
  error(outcome: Outcome): Pick<CaseResult, 'message' | 'file' | 'line'>;
}

/** A build that worked, as the command of the tests needs it. */
export interface Built {
  /** As the tests see it. */
  cache: string;
  /** What the build told on descriptor 3. */
  records: string;
}

export interface TestFile {
  path: string;
  text: string;
}

/** What a framework may look at to tell whether tests are its own. */
export interface Project {
  /** Its folder, where installed packages are looked for. */
  workspace: string;
  /** The file that candidates replace. */
  path: string;
  has(path: string): boolean;
  /** All files, relative to the workspace. */
  files: readonly string[];
  /** Empty where there is no such file. */
  read(path: string): string;
}

/** A framework that Coppice knows by name. */
export interface FrameworkKind {
  /** Those of the test files that concern a candidate which this framework runs; undefined where they are not its own. */
  claim(files: readonly TestFile[], project: Project): string[] | undefined;
  /** Those that it runs where the user wants it to; what it claims, by default. */
  accept?(files: readonly TestFile[]): string[];
  /** Throws `runtime-missing`. */
  make(files: string[], project: Project): Framework;
}
