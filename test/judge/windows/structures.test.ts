import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { structures } from '../../../src/judge/process/windows/kernel32.ts';
import { bindingOfKoffi } from '../../../src/judge/runtime/koffi.ts';

/** Sizes and places on 64-bit Windows, as the compiler lays out what winnt.h, psapi.h and processthreadsapi.h declare. */
const SIZES = {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION: 144,
  JOBOBJECT_BASIC_UI_RESTRICTIONS: 4,
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION: 48,
  JOBOBJECT_ASSOCIATE_COMPLETION_PORT: 16,
  SECURITY_ATTRIBUTES: 24,
  STARTUPINFOEXW: 112,
  PROCESS_INFORMATION: 24,
  PROCESS_MEMORY_COUNTERS: 72,
};

const PLACES: [keyof typeof SIZES, string[], number][] = [
  ['JOBOBJECT_EXTENDED_LIMIT_INFORMATION', ['BasicLimitInformation', 'LimitFlags'], 16],
  ['JOBOBJECT_EXTENDED_LIMIT_INFORMATION', ['BasicLimitInformation', 'ActiveProcessLimit'], 40],
  ['JOBOBJECT_EXTENDED_LIMIT_INFORMATION', ['BasicLimitInformation', 'PriorityClass'], 56],
  ['JOBOBJECT_EXTENDED_LIMIT_INFORMATION', ['ProcessMemoryLimit'], 112],
  ['JOBOBJECT_EXTENDED_LIMIT_INFORMATION', ['JobMemoryLimit'], 120],
  ['JOBOBJECT_BASIC_ACCOUNTING_INFORMATION', ['ActiveProcesses'], 40],
  ['JOBOBJECT_ASSOCIATE_COMPLETION_PORT', ['CompletionPort'], 8],
  ['SECURITY_ATTRIBUTES', ['bInheritHandle'], 16],
  ['STARTUPINFOEXW', ['StartupInfo', 'dwFlags'], 60],
  ['STARTUPINFOEXW', ['StartupInfo', 'cbReserved2'], 66],
  ['STARTUPINFOEXW', ['StartupInfo', 'lpReserved2'], 72],
  ['STARTUPINFOEXW', ['StartupInfo', 'hStdInput'], 80],
  ['STARTUPINFOEXW', ['lpAttributeList'], 104],
  ['PROCESS_INFORMATION', ['hThread'], 8],
  ['PROCESS_INFORMATION', ['dwProcessId'], 16],
  ['PROCESS_MEMORY_COUNTERS', ['PagefileUsage'], 56],
];

const binding = bindingOfKoffi();
const skip = binding === undefined && 'koffi has no binding here';

describe('the structures of Windows', { skip }, () => {
  const koffi = binding === undefined ? undefined : (createRequire(import.meta.url)(binding) as typeof import('koffi'));
  const types = koffi && structures(koffi);

  test('are as large as Windows has them, none left out', () => {
    const sizes = Object.fromEntries(Object.entries(types!).map(([name, type]) => [name, koffi!.sizeof(type)]));
    assert.deepEqual(sizes, SIZES);
  });

  for (const [name, path, place] of PLACES) {
    test(`${name}.${path.join('.')} is at ${place}`, () => {
      let type = types![name];
      let offset = 0;
      for (const field of path) {
        const member = type.members![field]!;
        offset += member.offset;
        type = member.type;
      }
      assert.equal(offset, place);
    });
  }
});
