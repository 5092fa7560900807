import type { Architecture } from './calls.ts';

/** `e_machine` of `elf.h`. */
const MACHINES: Record<Architecture, number> = { x64: 62, arm64: 183 };
const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const BASE = 0x400000;
const CODE = HEADER_BYTES + SEGMENT_BYTES;
const PROGRAM_BYTES = 16;

/**
 * Refuses all new rights, enters the filter that follows the code, and becomes its first argument with the others; ends with 126
 * where the kernel does not take the filter. Nothing that every Linux has can do so: `setpriv` does since util-linux 2.41.
 */
const ENTRANCE: Record<Architecture, string> = {
  x64: `
    bf 26 00 00 00        mov edi, 38              PR_SET_NO_NEW_PRIVS
    be 01 00 00 00        mov esi, 1
    31 d2                 xor edx, edx
    45 31 d2              xor r10d, r10d
    45 31 c0              xor r8d, r8d
    b8 9d 00 00 00        mov eax, 157             prctl
    0f 05                 syscall
    85 c0                 test eax, eax
    75 30                 jnz refused
    bf 01 00 00 00        mov edi, 1               SECCOMP_SET_MODE_FILTER
    31 f6                 xor esi, esi
    48 8d 15 35 00 00 00  lea rdx, [rip + 0x35]    the filter
    b8 3d 01 00 00        mov eax, 317             seccomp
    0f 05                 syscall
    85 c0                 test eax, eax
    75 17                 jnz refused
    48 8b 04 24           mov rax, [rsp]           number of arguments
    48 8d 74 24 10        lea rsi, [rsp + 16]      arguments but for its own name
    48 8b 3e              mov rdi, [rsi]
    48 8d 14 c6           lea rdx, [rsi + rax * 8] environment
    b8 3b 00 00 00        mov eax, 59              execve
    0f 05                 syscall
    bf 7e 00 00 00        refused: mov edi, 126
    b8 e7 00 00 00        mov eax, 231             exit_group
    0f 05                 syscall
    0f 1f 80 00 00 00 00  nop`,
  arm64: `
    c0 04 80 d2  mov x0, 38              PR_SET_NO_NEW_PRIVS
    21 00 80 d2  mov x1, 1
    02 00 80 d2  mov x2, 0
    03 00 80 d2  mov x3, 0
    04 00 80 d2  mov x4, 0
    e8 14 80 d2  mov x8, 167             prctl
    01 00 00 d4  svc 0
    a0 01 00 b5  cbnz x0, refused
    20 00 80 d2  mov x0, 1               SECCOMP_SET_MODE_FILTER
    01 00 80 d2  mov x1, 0
    c2 01 00 10  adr x2, 0x60            the filter
    a8 22 80 d2  mov x8, 277             seccomp
    01 00 00 d4  svc 0
    e0 00 00 b5  cbnz x0, refused
    e3 03 40 f9  ldr x3, [sp]            number of arguments
    e1 43 00 91  add x1, sp, 16          arguments but for its own name
    20 00 40 f9  ldr x0, [x1]
    22 0c 03 8b  add x2, x1, x3, lsl 3   environment
    a8 1b 80 d2  mov x8, 221             execve
    01 00 00 d4  svc 0
    c0 0f 80 d2  refused: mov x0, 126
    c8 0b 80 d2  mov x8, 94              exit_group
    01 00 00 d4  svc 0
    1f 20 03 d5  nop`,
};

/** Makes one call with arguments that are all 0, and ends with its error: 0 where there was none. */
const CALLER: Record<Architecture, (number: number) => string> = {
  x64: (number) => `
    b8 ${hex(number)}  mov eax, number
    31 ff              xor edi, edi
    31 f6              xor esi, esi
    31 d2              xor edx, edx
    45 31 d2           xor r10d, r10d
    0f 05              syscall
    89 c7              mov edi, eax
    f7 df              neg edi
    b8 e7 00 00 00     mov eax, 231  exit_group
    0f 05              syscall`,
  arm64: (number) => `
    ${hex(0xd2800008 + number * 32)}  mov x8, number
    00 00 80 d2  mov x0, 0
    01 00 80 d2  mov x1, 0
    02 00 80 d2  mov x2, 0
    03 00 80 d2  mov x3, 0
    01 00 00 d4  svc 0
    e0 03 00 cb  neg x0, x0
    c8 0b 80 d2  mov x8, 94  exit_group
    01 00 00 d4  svc 0`,
};

/** An executable that runs its arguments behind a filter. @param filter a program for seccomp */
export function entrance(architecture: Architecture, filter: Buffer): Buffer {
  const code = bytesOf(ENTRANCE[architecture]);
  // struct sock_fprog: the number of instructions, and where they are.
  const program = Buffer.alloc(PROGRAM_BYTES);
  program.writeUInt16LE(filter.length / 8, 0);
  program.writeBigUInt64LE(BigInt(BASE + CODE + code.length + PROGRAM_BYTES), 8);
  return executable(architecture, Buffer.concat([code, program, filter]));
}

/** An executable that makes this one call. */
export function caller(architecture: Architecture, number: number): Buffer {
  return executable(architecture, bytesOf(CALLER[architecture](number)));
}

/** An ELF file of one segment, which begins with its code. */
function executable(architecture: Architecture, content: Buffer): Buffer {
  const head = Buffer.alloc(CODE);
  const bytes = BigInt(CODE + content.length);
  head.set([0x7f, 0x45, 0x4c, 0x46, /* 64 bits */ 2, /* lowest byte first */ 1, /* version */ 1]);
  head.writeUInt16LE(2, 16); // ET_EXEC
  head.writeUInt16LE(MACHINES[architecture], 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(BigInt(BASE + CODE), 24); // entry
  head.writeBigUInt64LE(BigInt(HEADER_BYTES), 32); // program headers
  head.writeUInt16LE(HEADER_BYTES, 52);
  head.writeUInt16LE(SEGMENT_BYTES, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt16LE(HEADER_BYTES, 58); // size of a section header, of which there are none
  head.writeUInt32LE(1, HEADER_BYTES); // PT_LOAD
  head.writeUInt32LE(5, HEADER_BYTES + 4); // readable, executable
  head.writeBigUInt64LE(BigInt(BASE), HEADER_BYTES + 16);
  head.writeBigUInt64LE(BigInt(BASE), HEADER_BYTES + 24);
  head.writeBigUInt64LE(bytes, HEADER_BYTES + 32);
  head.writeBigUInt64LE(bytes, HEADER_BYTES + 40);
  head.writeBigUInt64LE(0x10000n, HEADER_BYTES + 48);
  return Buffer.concat([head, content]);
}

/** The bytes before the mnemonic of each line. */
function bytesOf(listing: string): Buffer {
  const lines = listing.trim().split('\n');
  return Buffer.concat(
    lines.map((line) => Buffer.from(/^(?:[0-9a-f]{2} )+/.exec(line.trim())![0].replaceAll(' ', ''), 'hex')),
  );
}

function hex(word: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(word);
  return bytes.toString('hex').replace(/..(?!$)/g, '$& ');
}
