import { assemble, type Step } from './bpf.ts';
import { type Architecture, type CallName, NEWEST_CALL, numberOf } from './calls.ts';
import { ENOSYS, RULES, type Rule } from './policy.ts';

/** `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_AARCH64` of `linux/audit.h`. */
export const AUDIT: Record<Architecture, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** `SECCOMP_RET_*` of `linux/seccomp.h`. */
export const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
export const ERRNO = 0x00050000;
/** Where things are in `seccomp_data`; the lower half of an argument comes first. */
const [NUMBER, INTERFACE, ARGUMENTS] = [0, 4, 16];
const ARGUMENT_BYTES = 8;
const HALF_BYTES = 4;

/**
 * The rules as a program for seccomp. The kernel finds out once which numbers are allowed whatever comes with them, and runs it
 * for the others alone (since Linux 5.11).
 */
export function filterProgram(architecture: Architecture): Buffer {
  const rulesOf = new Map<number, Rule[]>();
  for (const rule of RULES) {
    for (const number of rule.calls.flatMap((name: CallName) => numberOf(name, architecture) ?? [])) {
      rulesOf.set(number, [...(rulesOf.get(number) ?? []), rule]);
    }
  }
  const errors = [...new Set([ENOSYS, ...RULES.map(({ error }) => error)])];
  const refused = (error: number) => `refused with ${error}`;
  return assemble([
    { kind: 'load', offset: INTERFACE },
    { kind: 'jump', test: 'equal', value: AUDIT[architecture], to: 'native' },
    { kind: 'return', value: KILL_PROCESS },
    { kind: 'label', name: 'native' },
    { kind: 'load', offset: NUMBER },
    { kind: 'jump', test: 'above', value: NEWEST_CALL, to: refused(ENOSYS) },
    ...[...rulesOf].map(([value, [first]]): Step => {
      return { kind: 'jump', test: 'equal', value, to: first!.when ? `call ${value}` : refused(first!.error) };
    }),
    { kind: 'return', value: ALLOW },
    ...[...rulesOf].filter(([, [first]]) => first!.when).flatMap(([number, rules]) => inspection(number, rules)),
    ...errors.flatMap((error): Step[] => [
      { kind: 'label', name: refused(error) },
      { kind: 'return', value: ERRNO | error },
    ]),
  ]);
}

/** Looks at the arguments of one call. */
function inspection(number: number, rules: readonly Rule[]): Step[] {
  const steps: Step[] = [{ kind: 'label', name: `call ${number}` }];
  rules.forEach(({ when = [], error }, index) => {
    const next = `call ${number} after rule ${index}`;
    when.forEach((condition, place) => {
      const holds = `call ${number}, rule ${index}, condition ${place} holds`;
      const half = condition.half === 'upper' ? HALF_BYTES : 0;
      steps.push({ kind: 'load', offset: ARGUMENTS + ARGUMENT_BYTES * condition.argument + half });
      if (condition.mask !== undefined) steps.push({ kind: 'and', value: condition.mask });
      if ('above' in condition) {
        steps.push({ kind: 'jump', test: 'above', value: condition.above, to: holds, else: next });
        steps.push({ kind: 'label', name: holds });
        return;
      }
      const values = 'in' in condition ? condition.in : condition.notIn;
      values.forEach((value, at) => {
        const isLast = at === values.length - 1;
        steps.push(
          'in' in condition
            ? { kind: 'jump', test: 'equal', value, to: holds, ...(isLast ? { else: next } : {}) }
            : { kind: 'jump', test: 'equal', value, to: next },
        );
      });
      steps.push({ kind: 'label', name: holds });
    });
    steps.push({ kind: 'return', value: ERRNO | error }, { kind: 'label', name: next });
  });
  steps.push({ kind: 'return', value: ALLOW });
  return steps;
}
