/**
 * A step of a program for classic BPF as seccomp runs it (`linux/filter.h`): one register of 32 bits, jumps forward only. A jump
 * names labels; without one it goes on with the next step.
 */
export type Step =
  | { kind: 'load' /** Byte in `seccomp_data`. */; offset: number }
  | { kind: 'and'; value: number }
  | { kind: 'jump'; test: 'equal' | 'above'; value: number; to?: string; else?: string }
  | { kind: 'return'; value: number }
  | { kind: 'label'; name: string };

/** `BPF_LD | BPF_W | BPF_ABS` and so on: what each step is in the code of an instruction. */
const OPERATIONS = { load: 0x20, and: 0x54, equal: 0x15, above: 0x25, return: 0x06 };
export const INSTRUCTION_BYTES = 8;
const FARTHEST = 255;

/** The program as the kernel takes it, on a machine that stores the lowest byte first. Throws on a jump that is too far or goes nowhere. */
export function assemble(steps: readonly Step[]): Buffer {
  const labels = new Map<string, number>();
  const instructions: Exclude<Step, { kind: 'label' }>[] = [];
  for (const step of steps) {
    if (step.kind === 'label') labels.set(step.name, instructions.length);
    else instructions.push(step);
  }
  const program = Buffer.alloc(instructions.length * INSTRUCTION_BYTES);
  instructions.forEach((step, index) => {
    const distance = (label: string | undefined) => {
      if (label === undefined) return 0;
      const far = (labels.get(label) ?? Number.NaN) - index - 1;
      if (!(far >= 0 && far <= FARTHEST)) throw new Error(`BPF: no jump from ${index} to ${label}`);
      return far;
    };
    const at = index * INSTRUCTION_BYTES;
    program.writeUInt16LE(OPERATIONS[step.kind === 'jump' ? step.test : step.kind], at);
    if (step.kind === 'jump') {
      program.writeUInt8(distance(step.to), at + 2);
      program.writeUInt8(distance(step.else), at + 3);
    }
    program.writeUInt32LE(step.kind === 'load' ? step.offset : step.value, at + 4);
  });
  return program;
}
