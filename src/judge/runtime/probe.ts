import { CoppiceError } from '../../core/errors.ts';
import type { RuntimeProbe } from '../../core/protocol.ts';
import { findCargo } from './cargo.ts';
import { findCMake } from './cmake.ts';
import { findGo } from './go.ts';
import { findGradle } from './gradle.ts';
import { findMaven } from './java.ts';
import { findNode } from './node.ts';
import { findPython } from './python.ts';

/** The runtimes that tests can be run with, outside of any workspace. */
export function probeRuntimes(): RuntimeProbe[] {
  return [
    probeNode(),
    look('python', () => findPython(undefined)),
    look('pytest', () => {
      const { path, pytest } = findPython(undefined, { pytest: true });
      return { path, version: pytest! };
    }),
    look('go', () => findGo(undefined)),
    look('cargo', () => findCargo(undefined)),
    look('maven', () => findMaven(undefined)),
    look('gradle', () => findGradle()),
    look('cmake', () => {
      const { cmake, version } = findCMake();
      return { path: cmake, version };
    }),
  ];
}

/** The Node that JavaScript is tested with, and whether it is the one for TypeScript, which takes a later version. */
export function probeNode(find = findNode): RuntimeProbe {
  const node = look('node', () => find());
  if (!node.found) return node;
  const typed = look('node', () => find({ typescript: true }));
  const { remedy } = typed;
  if (!typed.found) {
    return {
      ...node,
      note: 'tests in JavaScript only, since TypeScript takes 22.6 or later',
      ...(remedy && { remedy }),
    };
  }
  return typed.path === node.path
    ? node
    : { ...node, note: `tests in TypeScript run with ${typed.version} at ${typed.path}` };
}

function look(name: RuntimeProbe['name'], find: () => { path: string; version: string }): RuntimeProbe {
  try {
    const { path, version } = find();
    return { name, found: true, version, path };
  } catch (thrown) {
    return { name, found: false, remedy: CoppiceError.wrap(thrown).remedy };
  }
}
