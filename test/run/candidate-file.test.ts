import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidateFile } from '../../src/run/candidate-file.ts';
import { readSourceFile } from '../../src/run/source-file.ts';
import { findTarget } from '../../src/run/target.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { scratchFolder } from './scratch.ts';

const syntax = await Syntax.load();

async function made(path: string, text: string, written: string, symbol = 'f') {
  const source = await readSourceFile(scratchFolder({ [path]: text }), path);
  return candidateFile(syntax, findTarget(syntax, source, { symbol }), written);
}

const STUB = 'def f(s):\n    """F."""\n';

test('the standard modules that a body uses are imported where they are not, behind the other imports', async () => {
  const body = '    return re.sub("a", "", s) + Counter(s).most_common()[0][0] + math.pi + os.path.sep\n';
  const file = `#!/usr/bin/env python\n"""Words."""\nfrom __future__ import annotations\nimport os\n\n\n${STUB}`;
  const { text } = await made('a.py', file, body);
  assert.equal(
    text,
    file.replace('import os\n', 'import os\nimport math\nimport re\nfrom collections import Counter\n') + body,
  );
});

test('a file without imports gets them behind its docstring or at its head, with blank lines around them', async () => {
  const body = '    return re.escape(s)\n';
  assert.equal(
    (await made('a.py', `"""Words."""\n\n\n${STUB}`, body)).text,
    `"""Words."""\n\nimport re\n\n\n${STUB}${body}`,
  );
  assert.equal((await made('a.py', STUB, body)).text, `import re\n\n${STUB}${body}`);
  assert.equal(
    (await made('a.py', `# Licence.\nX = 1\n${STUB}`, body)).text,
    `# Licence.\n\nimport re\n\nX = 1\n${STUB}${body}`,
  );
});

test('what is bound anywhere, is no module, or may come from a wildcard import is not imported', async () => {
  const bodies = [
    '    re = s\n    return re.x\n',
    '    return [math.x for math in s]\n',
    '    def reduce(x): return x\n    return reduce(s)\n',
    '    with open(s) as json:\n        return json.read()\n',
    '    import math\n    return math.pi\n',
    '    return re\n',
    '    return s.re.sub + s.Counter()\n',
    '    return numpy.array(s) + helper(s)\n',
    '    return f(re=s)\n',
    '    return (lambda string: string.x)(s)\n',
  ];
  for (const body of bodies) assert.equal((await made('a.py', STUB, body)).text, STUB + body);
  const star = `from numpy import *\n\n${STUB}`;
  assert.equal((await made('a.py', star, '    return sqrt(s)\n')).text, `${star}    return sqrt(s)\n`);
  const local = `def sqrt(x): return x\n\n${STUB}`;
  assert.equal((await made('a.py', local, '    return sqrt(s)\n')).text, `${local}    return sqrt(s)\n`);
});

test('datetime is the module or the class, as it is used', async () => {
  const line = async (body: string) => (await made('a.py', STUB, body)).text.split('\n')[0];
  assert.equal(await line('    return datetime.datetime.now()\n'), 'import datetime');
  assert.equal(await line('    return datetime.now()\n'), 'from datetime import datetime');
});

test('imports keep the line breaks and the byte order mark of the file', async () => {
  const { text } = await made('a.py', `\uFEFF${STUB.replaceAll('\n', '\r\n')}`, '    return re.x\n');
  assert.equal(text, `\uFEFFimport re\r\n\r\n${STUB.replaceAll('\n', '\r\n')}    return re.x\r\n`);
});

test('a body in spaces becomes one in tabs where the file has tabs, and strings stay', async () => {
  const file = 'class A:\n\tdef g(self):\n\t\treturn 1\n\n\tdef f(self, s):\n\t\t"""F."""\n';
  const written =
    '        if s:\n            x = """a\n    b\n"""\n            return (s,\n                      x)\n        return 1\n';
  const { body, text } = await made('a.py', file, written);
  assert.equal(body, '\t\tif s:\n\t\t\tx = """a\n    b\n"""\n\t\t\treturn (s,\n\t\t\t\t\t  x)\n\t\treturn 1\n');
  assert.equal(text, file + body);
});

test('a body in tabs becomes one in spaces where the file has spaces, comments stay, and what fits is untouched', async () => {
  const file = 'function g() {\n   return 1;\n}\nfunction f(s: string) {\n}\n';
  const { body } = await made('a.ts', file, '\tif (s) {\n\t\treturn `\n\ta`;\n\t}\n');
  assert.equal(body, '   if (s) {\n      return `\n\ta`;\n   }\n');
  const tabs = 'function g() {\n\treturn 1;\n}\nfunction f(s: string) {\n}\n';
  const fitting = '\t/**\n\t * A comment.\n\t */\n\treturn 2;\n';
  assert.equal((await made('a.ts', tabs, fitting)).body, fitting);
});
