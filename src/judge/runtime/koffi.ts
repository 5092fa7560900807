import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';

/** The path of koffi's binding for this machine; undefined where none is installed. Loaded by itself it is all of koffi. */
export function bindingOfKoffi(): string | undefined {
  const machine = [platform(), arch()];
  try {
    const koffi = createRequire(createRequire(import.meta.url).resolve('koffi'));
    return koffi.resolve(`@koromix/koffi-${machine.join('-')}/${machine.join('_')}/koffi.node`);
  } catch {
    return undefined;
  }
}
