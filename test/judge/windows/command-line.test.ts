import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { commandLine, environmentBlock } from '../../../src/judge/process/windows/command-line.ts';
import { programNames } from '../../../src/judge/runtime/program.ts';

/**
 * What CommandLineToArgvW makes of a command line, letter by letter as its documentation says: the program ends at the next
 * quote where it begins with one; after that 2n backslashes before a quote are n and the quote opens or closes, 2n + 1 are n and
 * a quote; two quotes within quotes are one.
 */
function parsed(line: string): string[] {
  const end = line.startsWith('"') ? line.indexOf('"', 1) : line.search(/[ \t]|$/);
  const words = [line.startsWith('"') ? line.slice(1, end) : line.slice(0, end)];
  let at = end + (line.startsWith('"') ? 1 : 0);
  for (;;) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    if (at >= line.length) return words;
    let word = '';
    let isOpen = false;
    for (; at < line.length; at++) {
      let slashes = 0;
      while (line[at] === '\\') {
        slashes++;
        at++;
      }
      if (line[at] !== '"') {
        word += '\\'.repeat(slashes);
        if (at >= line.length || (!isOpen && (line[at] === ' ' || line[at] === '\t'))) break;
        word += line[at];
        continue;
      }
      word += '\\'.repeat(Math.floor(slashes / 2));
      if (slashes % 2 === 1) word += '"';
      else if (isOpen && line[at + 1] === '"') {
        word += '"';
        at++;
      } else isOpen = !isOpen;
    }
    words.push(word);
  }
}

describe('a command line of Windows', () => {
  const argument = fc.oneof(
    fc.string({ unit: fc.constantFrom('\\', '"', ' ', '\t', 'a', 'é', '%', '^', '&') }),
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  );

  test('the reference reads what the documentation shows', () => {
    assert.deepEqual(parsed('p "a b c" d e'), ['p', 'a b c', 'd', 'e']);
    assert.deepEqual(parsed('p "ab\\"c" "\\\\" d'), ['p', 'ab"c', '\\', 'd']);
    assert.deepEqual(parsed('p a\\\\\\b d"e f"g h'), ['p', 'a\\\\\\b', 'de fg', 'h']);
    assert.deepEqual(parsed('p a\\\\\\"b c d'), ['p', 'a\\"b', 'c', 'd']);
    assert.deepEqual(parsed('p a\\\\\\\\"b c" d e'), ['p', 'a\\\\b c', 'd', 'e']);
  });

  test('says the same arguments again, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(argument), (args) => {
        const argv = ['C:\\Program Files\\node\\node.exe', ...args];
        assert.deepEqual(parsed(commandLine(argv)), argv);
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves to cmd.exe what stands behind /c as it is, within one pair of quotes', () => {
    const argv = ['C:\\Windows\\System32\\cmd.exe', '/d', '/s', '/c', 'npm test -- "a b" & echo \\"done'];
    assert.equal(commandLine(argv), '"C:\\Windows\\System32\\cmd.exe" /d /s /c "npm test -- "a b" & echo \\"done"');
  });

  test('is none for a batch file, in whose arguments cmd.exe would find commands', () => {
    assert.throws(() => commandLine(['C:\\tools\\mvn.CMD', 'test']), /batch files/);
  });

  test('does not take another program for cmd.exe', () => {
    assert.equal(commandLine(['C:\\not cmd.exe', '/c', 'a b']), '"C:\\not cmd.exe" /c "a b"');
  });
});

describe('an environment of Windows', () => {
  test('is in the order of its names, whatever their case, and ends with two zeros', () => {
    assert.equal(environmentBlock({ b: '2', A: '1', _: 'x=y', C: '' }), 'A=1\0b=2\0C=\0_=x=y\0\0');
  });

  test('holds every variable once', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
    const value = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.dictionary(name, value), (env) => {
        const block = environmentBlock(env);
        assert.ok(block.endsWith('\0'));
        const lines = block.slice(0, -1).split('\0').slice(0, -1);
        assert.deepEqual(new Set(lines), new Set(Object.entries(env).map((pair) => pair.join('='))));
      }),
    );
  });
});

describe('the files of a program on Windows', () => {
  test('have the endings of PATHEXT, in its order', () => {
    assert.deepEqual(programNames('python', '.COM;.EXE;.Bat; .CMD;'), [
      'python.com',
      'python.exe',
      'python.bat',
      'python.cmd',
    ]);
  });

  test('are the file itself where it is named with such an ending', () => {
    assert.deepEqual(programNames('npm.CMD', '.EXE;.CMD'), ['npm.CMD']);
    assert.deepEqual(programNames('python3.12', '.EXE'), ['python3.12.exe']);
  });

  test('have the usual endings where nothing says which, and none that is not an ending', () => {
    assert.deepEqual(programNames('node', undefined), ['node.com', 'node.exe', 'node.bat', 'node.cmd']);
    assert.deepEqual(programNames('node', '.EXE;..\\evil;/x;'), ['node.exe']);
  });
});
