import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const MODULES = {
  core: '../core/errors.ts',
  syntax: '../syntax/syntax.ts',
  engine: '../engine/main.ts',
  judge: '../judge/main.ts',
  run: '../run/grow.ts',
  cli: '../cli/main.ts',
  extension: '../extension/extension.ts',
  vscode: 'vscode',
  webgpu: 'webgpu',
  'node:fs': 'node:fs',
};
type Module = keyof typeof MODULES;

/** Who may import what. */
const ALLOWED: [part: string, modules: Module[]][] = [
  ['core', ['core']],
  ['syntax', ['core', 'syntax', 'node:fs']],
  ['engine', ['core', 'syntax', 'engine', 'webgpu', 'node:fs']],
  ['judge', ['core', 'syntax', 'judge', 'node:fs']],
  ['run', ['core', 'syntax', 'run', 'node:fs']],
  ['cli', ['core', 'syntax', 'run', 'cli', 'node:fs']],
  ['extension', ['core', 'syntax', 'run', 'extension', 'vscode', 'node:fs']],
];

const BIOME = resolve('node_modules/.bin/biome');
const project = await mkdtemp(join(tmpdir(), 'coppice-boundaries-'));
await cp('biome.json', join(project, 'biome.json'));
await cp('.gitignore', join(project, '.gitignore'));
after(() => rm(project, { recursive: true }));

for (const [part, allowed] of ALLOWED) {
  test(`the linter lets src/${part} import ${allowed.join(', ')} and nothing else of ours`, async () => {
    const refused: Module[] = [];
    const folder = join(project, 'src', part);
    await mkdir(folder, { recursive: true });
    const names = Object.keys(MODULES) as Module[];
    await Promise.all(
      names.map((name, index) => writeFile(join(folder, `probe${index}.ts`), `import '${MODULES[name]}';\n`)),
    );
    const args = ['lint', '--only=style/noRestrictedImports', '--reporter=github', folder];
    const { stdout } = spawnSync(BIOME, args, { cwd: project, encoding: 'utf8' });
    for (const [, index] of stdout.matchAll(/probe(\d+)\.ts/g)) refused.push(names[Number(index)]!);
    assert.deepEqual(refused.sort(), names.filter((name) => !allowed.includes(name)).sort());
  });
}
