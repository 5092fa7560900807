import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assemble, INSTRUCTION_BYTES } from '../../src/judge/sandbox/seccomp/bpf.ts';
import { type Architecture, CALLS, NEWEST_CALL, numberOf } from '../../src/judge/sandbox/seccomp/calls.ts';
import { AUDIT, filterProgram } from '../../src/judge/sandbox/seccomp/filter.ts';
import { refusedCall, writeFilter } from '../../src/judge/sandbox/seccomp/installation.ts';
import {
  type Answer,
  answerTo,
  EAFNOSUPPORT,
  EINVAL,
  ENOSYS,
  EPERM,
  RULES,
} from '../../src/judge/sandbox/seccomp/policy.ts';

interface Call {
  audit: number;
  number: number;
  /** 64 bits each. */
  args: readonly bigint[];
}

/** What seccomp reads: `struct seccomp_data` of linux/seccomp.h. */
function dataOf({ audit, number, args }: Call): Buffer {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(audit, 4);
  args.forEach((value, index) => void data.writeBigUInt64LE(value, 16 + 8 * index));
  return data;
}

/** Runs a program as the kernel does (`seccomp_run_filters`, `bpf_prog_run`), and checks it as the kernel does before. */
function run(program: Buffer, call: Call): Answer {
  const data = dataOf(call);
  assert.equal(program.length % INSTRUCTION_BYTES, 0);
  assert.ok(program.length / INSTRUCTION_BYTES <= 4096);
  let register = 0;
  for (let at = 0; ; at++) {
    assert.ok((at + 1) * INSTRUCTION_BYTES <= program.length, 'it ends with an answer');
    const code = program.readUInt16LE(at * INSTRUCTION_BYTES);
    const value = program.readUInt32LE(at * INSTRUCTION_BYTES + 4);
    const [yes, no] = [2, 3].map((place) => program.readUInt8(at * INSTRUCTION_BYTES + place)) as [number, number];
    switch (code) {
      case 0x20: // BPF_LD | BPF_W | BPF_ABS
        assert.ok(value % 4 === 0 && value < 64);
        register = data.readUInt32LE(value);
        break;
      case 0x54: // BPF_ALU | BPF_AND | BPF_K
        register = (register & value) >>> 0;
        break;
      case 0x15: // BPF_JMP | BPF_JEQ | BPF_K
        at += register === value ? yes : no;
        break;
      case 0x25: // BPF_JMP | BPF_JGT | BPF_K
        at += register > value ? yes : no;
        break;
      case 0x06: // BPF_RET | BPF_K
        return answerBehind(value);
      default:
        assert.fail(`no instruction of seccomp: ${code}`);
    }
  }
}

function answerBehind(value: number): Answer {
  if (value === 0x7fff0000) return 'allow';
  if (value === 0x80000000) return 'kill';
  assert.equal(value >>> 16, 5, 'an errno');
  return { error: value & 0xffff };
}

const ARCHITECTURES: Architecture[] = ['x64', 'arm64'];
const NAMES = Object.keys(CALLS) as (keyof typeof CALLS)[];
/** What rules compare arguments with, and what is near. */
const TELLING = RULES.flatMap(({ when = [] }) => when)
  .flatMap((condition) => {
    if ('above' in condition) return [condition.above];
    return 'in' in condition ? condition.in : condition.notIn;
  })
  .flatMap((value) => [value, value + 1, value | 1, value | 0x80000])
  .map((value) => value >>> 0);
const FLAGS = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0);

const word = fc.oneof(fc.constantFrom(...TELLING), fc.constantFrom(...FLAGS), fc.nat(0x200), fc.nat(0xffffffff));
const argument = fc
  .tuple(fc.oneof(fc.constant(0), fc.nat(0xffffffff)), word)
  .map(([high, low]) => (BigInt(high) << 32n) | BigInt(low));
const callOf = (architecture: Architecture) =>
  fc.record({
    audit: fc.oneof(
      { weight: 9, arbitrary: fc.constant(AUDIT[architecture]) },
      { weight: 1, arbitrary: fc.constantFrom(0x40000003, 0xc000003e, 0xc00000b7, 0x40000028, 0) },
    ),
    number: fc.oneof(
      fc.constantFrom(...NAMES.flatMap((name) => numberOf(name, architecture) ?? [])),
      fc.nat(NEWEST_CALL + 3),
      fc.nat(0xffffffff),
      fc.nat(600).map((number) => (number | 0x40000000) >>> 0),
    ),
    args: fc.array(argument, { minLength: 6, maxLength: 6 }),
  });

describe('the seccomp filter', () => {
  for (const architecture of ARCHITECTURES) {
    test(`says of any call on ${architecture} what the rules say`, () => {
      const program = filterProgram(architecture);
      const answers = new Set<string>();
      fc.assert(
        fc.property(callOf(architecture), (call) => {
          const isNative = call.audit === AUDIT[architecture];
          const said = run(program, call);
          answers.add(JSON.stringify(said));
          assert.deepEqual(said, answerTo(architecture, { ...call, isNative }));
        }),
        { numRuns: 20_000 },
      );
      assert.equal(answers.size, 2 + new Set(RULES.map(({ error }) => error)).size, 'every answer was given');
    });
  }

  /** By hand, from the manuals: what the rules are to say. */
  const SAID: [name: string, call: keyof typeof CALLS, args: number[], answer: Answer][] = [
    ['a thread', 'clone', [0x3d0f00], 'allow'],
    ['a child', 'clone', [0x1200011], 'allow'],
    ['a child in a namespace of users', 'clone', [0x10000011], { error: EPERM }],
    ['a working directory of its own', 'unshare', [0x200], 'allow'],
    ['a network of its own', 'unshare', [0x40000200], { error: EPERM }],
    ['clocks of its own', 'unshare', [0x80], { error: EPERM }],
    ['whatever clone3 is asked for', 'clone3', [1, 88], { error: ENOSYS }],
    ['TCP', 'socket', [2, 1, 0], 'allow'],
    ['a local socket', 'socket', [1, 0x80001, 0], 'allow'],
    ['the addresses of the machine', 'socket', [16, 3, 0], 'allow'],
    ['the audit log of the machine', 'socket', [16, 3, 9], { error: EAFNOSUPPORT }],
    ['raw packets', 'socket', [17, 3, 768], { error: EAFNOSUPPORT }],
    ['the cryptography of the kernel', 'socket', [38, 5, 0], { error: EAFNOSUPPORT }],
    ['other virtual machines', 'socket', [40, 1, 0], { error: EAFNOSUPPORT }],
    ['a pair of sockets', 'socketpair', [1, 1, 0], 'allow'],
    ['the size of a terminal', 'ioctl', [0, 0x5413], 'allow'],
    ['typing into a terminal', 'ioctl', [0, 0x5412], { error: EPERM }],
    ['a pipe by name', 'mknodat', [-100, 0, 0o10600, 0], 'allow'],
    ['a plain file', 'mknodat', [-100, 0, 0o100600, 0], 'allow'],
    ['a disk', 'mknodat', [-100, 0, 0o60600, 0x800], { error: EPERM }],
    ['which personality it has', 'personality', [0xffffffff], 'allow'],
    ['one that maps the lowest page', 'personality', [0x100000], { error: EPERM }],
    ['a ring of calls', 'io_uring_setup', [8, 0], { error: ENOSYS }],
  ];
  for (const [name, call, args, answer] of SAID) {
    test(`when asked for ${name}, ${answer === 'allow' ? 'lets the kernel answer' : 'refuses'}`, () => {
      for (const architecture of ARCHITECTURES) {
        const low = args.map((value) => BigInt(value >>> 0));
        for (const high of [0n, 0x100000000n, 0xffffffff00000000n]) {
          const sent = {
            audit: AUDIT[architecture],
            number: numberOf(call, architecture)!,
            args: low.map((value) => high | value),
          };
          assert.deepEqual(run(filterProgram(architecture), sent), answer, architecture);
        }
      }
    });
  }

  test('lets small segments of shared memory be made, and no large ones', () => {
    for (const architecture of ARCHITECTURES) {
      const program = filterProgram(architecture);
      const asked = (size: bigint) =>
        run(program, { audit: AUDIT[architecture], number: numberOf('shmget', architecture)!, args: [0n, size, 0n] });
      assert.equal(asked(56n), 'allow');
      assert.equal(asked(65_536n), 'allow');
      for (const size of [65_537n, 64n << 20n, 1n << 32n, (1n << 32n) + 56n])
        assert.deepEqual(asked(size), { error: EINVAL });
    }
  });

  test('knows calls by the numbers that the headers of this machine have', (t) => {
    const headers = {
      x64: ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm/unistd_64.h'],
      arm64: ['/usr/include/asm-generic/unistd.h'],
    };
    let compared = 0;
    for (const architecture of ARCHITECTURES) {
      const header = headers[architecture].find((path) => existsSync(path));
      if (!header) continue;
      for (const [, name, number] of readFileSync(header, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)) {
        if (!Object.hasOwn(CALLS, name!)) continue;
        assert.equal(numberOf(name as keyof typeof CALLS, architecture), Number(number), `${name} on ${architecture}`);
        compared++;
      }
    }
    t.diagnostic(`${compared} numbers`);
    if (compared === 0) t.skip('no headers of the kernel');
  });

  test('is not assembled with a jump that goes nowhere', () => {
    assert.throws(() => assemble([{ kind: 'jump', test: 'equal', value: 1, to: 'nowhere' }]));
    const far = Array.from({ length: 256 }, () => ({ kind: 'return', value: 0 }) as const);
    const jump = { kind: 'jump', test: 'equal', value: 1, to: 'far' } as const;
    assert.throws(() => assemble([jump, ...far, { kind: 'label', name: 'far' }, ...far]));
    assert.doesNotThrow(() => assemble([jump, ...far.slice(1), { kind: 'label', name: 'far' }, ...far]));
  });

  const refused = refusedCall();
  const skip = (process.platform !== 'linux' || !refused) && 'no filter on this machine';
  test('is entered by a program of its own, which becomes another', { skip }, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'coppice-test-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const { entrance } = writeFilter(folder)!;
    const script = 'grep -E "^(NoNewPrivs|Seccomp):" /proc/self/status; printf "%s," "$0" "$@" "$KEPT"';
    const { status, stdout } = spawnSync(entrance, ['/bin/sh', '-c', script, 'name', 'one', 'two words'], {
      encoding: 'utf8',
      env: { KEPT: 'of the environment', PATH: process.env.PATH },
    });
    assert.equal(stdout, 'NoNewPrivs:\t1\nSeccomp:\t2\nname,one,two words,of the environment,');
    assert.equal(status, 0);
    assert.equal(spawnSync(entrance, ['/nowhere']).status, 126, 'nothing runs without a program');
  });
});
