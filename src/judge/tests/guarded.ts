import type { TestPlan } from '../../core/protocol.ts';
import { familyOf } from './families.ts';

/** What test frameworks read beside the tests. */
const SETTINGS =
  /(^|\/)(conftest\.py|pytest\.ini|\.?pytest\.toml|tox\.ini|setup\.cfg|pyproject\.toml|package\.json|\.mocharc\.\w+|(jest|vitest|vite)\.config\.\w+|Makefile|CMakeLists\.txt|go\.mod|Cargo\.toml|pom\.xml|(build|settings)\.gradle(\.kts)?|gradle\.properties)$/;

/**
 * The files that say what the tests are: a run that changes one of them has tested something else. Not the file of the
 * candidates, whatever it is.
 */
export function guardedFiles(plan: TestPlan, files: readonly string[], candidate: string): string[] {
  const named = new Set(
    plan.kind === 'command' ? plan.command.split(/[\s'"=;&|]+/).map((word) => word.replace(/^\.\//, '')) : [],
  );
  const planned = new Set('files' in plan ? plan.files : []);
  return files.filter(
    (path) =>
      path !== candidate &&
      (planned.has(path) || named.has(path) || SETTINGS.test(path) || familyOf(path)?.tests.test(path)),
  );
}
