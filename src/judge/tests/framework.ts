import type { TestPlan } from '../../core/protocol.ts';
import type { Outcome } from '../process/run.ts';
import type { ForkConfinement, TestCommand } from '../sandbox/sandbox.ts';
import { commandFramework } from './command.ts';
import { nodeTestFramework } from './node-test.ts';
import { pytestFramework } from './pytest.ts';
import type { TestRecords } from './record.ts';
import { unittestFramework } from './unittest.ts';

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
  /** Why the runner itself did not work, told from a run on the untouched workspace; undefined when it did. */
  broken(outcome: Outcome, records: TestRecords): string | undefined;
}

/** Throws `runtime-missing`. Undefined for a plan without tests. */
export function frameworkFor(plan: TestPlan, workspace: string): Framework | undefined {
  switch (plan.kind) {
    case 'unittest':
      return unittestFramework(plan.files, workspace);
    case 'pytest':
      return pytestFramework(plan.files, workspace);
    case 'node-test':
      return nodeTestFramework(plan.files);
    case 'command':
      return commandFramework(plan.command, workspace);
    case 'none':
      return undefined;
  }
}
