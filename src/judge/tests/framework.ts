import type { Outcome } from '../process/run.ts';
import type { ForkConfinement, TestCommand } from '../sandbox/sandbox.ts';
import type { TestRecords } from './record.ts';

/** How one kind of tests is run and read. Its runtimes are found when it is made, and then stay. */
export interface Framework {
  /** What the runtimes need to see. */
  readable: string[];
  /** Files that the harness folder must hold, by name. */
  harness: Record<string, string>;
  /** `root` is the workspace and `harness` the folder of harness files, as the tests see them. */
  command(root: string, harness: string): TestCommand;
  /** A fork server whose forks run the same, where the framework has one. */
  forking?(root: string, harness: string, user: Pick<ForkConfinement, 'uid' | 'gid'>): TestCommand;
  read(outcome: Outcome): TestRecords;
  /** What can only be said by running something else afterwards, where nothing of the candidate is left. */
  settle?(outcome: Outcome, records: TestRecords, again: RunAgain): Promise<TestRecords>;
  /** Wall clock for one candidate, where the framework knows better than the baseline. */
  timeoutMs?: number;
  /** Why the runner itself did not work, told from a run on the untouched workspace; undefined when it did. */
  broken(outcome: Outcome, records: TestRecords): string | undefined;
}

/** Runs a command of the project in the restored slot; it finds these files, by name, in the folder that it is given. */
export type RunAgain = (command: (folder: string) => TestCommand, files: Record<string, string>) => Promise<Outcome>;

export interface TestFile {
  path: string;
  text: string;
}

/** What a framework may look at to tell whether tests are its own. */
export interface Project {
  /** The file that candidates replace. */
  path: string;
  has(path: string): boolean;
  /** Empty where there is no such file. */
  read(path: string): string;
}

/** A framework that Coppice knows by name. */
export interface FrameworkKind {
  /** Those of the test files that concern a candidate which this framework runs; undefined where they are not its own. */
  claim(files: readonly TestFile[], project: Project): string[] | undefined;
  /** Throws `runtime-missing`. */
  make(files: string[], workspace: string): Framework;
}
