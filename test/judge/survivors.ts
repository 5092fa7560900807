import { readdirSync, readFileSync } from 'node:fs';
import { treeOf } from '../../src/judge/process/tree.ts';

/**
 * Living processes of a run: those below this process, which no process-id namespace lets go; elsewhere by the harness on their
 * command line, which a fork inherits, or by the token in the environment of a program that a candidate started.
 *
 * @param known processes of the test's own
 */
export function survivors(token: string, known: readonly number[] = []): string[] {
  const harness = `coppice-judge-${process.pid}-`;
  const below = new Set(treeOf(process.pid, 10_000).slice(1).map(String));
  const servers = serverTree();
  return (
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && !known.includes(Number(name)))
      .filter(
        (pid) =>
          below.has(pid) ||
          read(`/proc/${pid}/cmdline`).includes(harness) ||
          read(`/proc/${pid}/environ`).includes(token),
      )
      .filter((pid) => !/^State:\s+Z/m.test(read(`/proc/${pid}/status`)))
      // The fork server stays; its forks have another name. So do the programs that only wait for it.
      .filter((pid) => !servers.has(pid))
  );
}

/** The fork servers, and above them what put them into their namespaces. */
function serverTree(): Set<string> {
  const tree = new Set<string>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    if (!/^Name:\s+coppice-forks$/m.test(read(`/proc/${name}/status`))) continue;
    for (let pid = name; pid !== String(process.pid) && pid !== '0' && pid !== ''; ) {
      tree.add(pid);
      pid = /^PPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? '';
    }
  }
  return tree;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
