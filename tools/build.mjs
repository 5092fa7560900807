#!/usr/bin/env node
/** Bundles the extension, the two processes and the command line into dist/, with the files they read beside them. */
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { notices } from './notices.mjs';

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(checkout, 'dist');

const COMMON = {
  absWorkingDir: checkout,
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none', // NOTICES.txt has them whole
  // Dawn's native binding must stay a package: it finds its library beside itself.
  external: ['webgpu'],
};

/** Packages written for CommonJS call `require` for Node's own modules. */
const ESM = {
  ...COMMON,
  format: 'esm',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
};

/**
 * The API of VS Code, by the names that are used of it. An `import * as vscode` would copy all 500 names, and there are some 60 of
 * these: that took more than half of the start.
 */
const BY_NAME = {
  name: 'by-name',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'by-name' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'by-name' },
    );
    onLoad({ filter: /^vscode$/, namespace: 'by-name' }, async () => {
      const files = await readdir(join(checkout, 'src', 'extension'), { recursive: true });
      const sources = files.filter((file) => file.endsWith('.ts')).map((file) => join('src', 'extension', file));
      const names = (await Promise.all(sources.map(readSource))).flatMap((text) =>
        [...text.matchAll(/\bvscode\.(\w+)/g)].map(([, name]) => name),
      );
      return { contents: `export { ${[...new Set(names)].join(', ')} } from 'vscode';` };
    });
  },
};

const readSource = (path) => readFile(join(checkout, path), 'utf8');

/** The extension, which is split: what it imports when that is needed gets files of its own. esbuild splits ES modules alone. */
const SPLIT = {
  ...COMMON,
  format: 'esm',
  splitting: true,
  entryPoints: ['src/extension/extension.ts'],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  chunkNames: 'extension-[name]-[hash]',
};

/** The extension host loads CommonJS, where `import.meta` is empty. */
const CJS = {
  ...COMMON,
  format: 'cjs',
  // What is imported later is required then: Node's `import()` knows nothing of VS Code's API.
  supported: { 'dynamic-import': false },
  // White space alone is a third of what the extension host has to read before anything happens.
  minifyWhitespace: true,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': '__moduleUrl' },
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/** The page of a webview runs in a browser, as new as the oldest VS Code that the manifest allows. */
const PAGE = { ...COMMON, platform: 'browser', format: 'iife', target: 'chrome132' };

const BUNDLES = [
  { ...PAGE, entryPoints: ['src/extension/tree/page/main.ts'], outfile: 'dist/tree.js' },
  { ...PAGE, entryPoints: ['src/extension/tree/page/tree.css'], outfile: 'dist/tree.css' },
  { ...ESM, entryPoints: ['src/engine/main.ts'], outfile: 'dist/engine.mjs' },
  { ...ESM, entryPoints: ['src/engine/weights/chat-renderer.ts'], outfile: 'dist/chat-renderer.mjs' },
  { ...ESM, entryPoints: ['src/judge/main.ts'], outfile: 'dist/judge.mjs' },
  { ...ESM, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.mjs' },
];

/** Packages of which files are shipped as they are. */
const COPIED = ['@vscode/tree-sitter-wasm', 'webgpu', 'koffi'];

const GRAMMARS = ['python', 'typescript', 'tsx', 'javascript'];

export async function build() {
  await rm(dist, { recursive: true, force: true });
  const bundles = await Promise.all([bundleExtension(), ...BUNDLES.map((options) => bundle(options))]);
  const inputs = bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  await writeFile(join(dist, 'NOTICES.txt'), await notices(checkout, inputs, COPIED));
  await chmod(join(dist, 'cli.mjs'), 0o755);
  await cp(join(checkout, 'kernels'), join(dist, 'kernels'), { recursive: true });
  await cp(join(checkout, 'src', 'judge', 'harness'), join(dist, 'harness'), { recursive: true });
  await copyGrammars(join(dist, 'grammars'));
}

/** Splits the extension into ES modules, and turns each into the CommonJS that the extension host loads. */
async function bundleExtension() {
  const { metafile } = await bundle({ ...SPLIT, write: false, plugins: [BY_NAME] });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const later = new Set(
    imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => join(checkout, path)),
  );
  const split = await bundle({ ...SPLIT, plugins: [startsFirst(later), BY_NAME] });
  const entryPoints = Object.keys(split.metafile.outputs).filter((path) => path.endsWith('.cjs'));
  await bundle({ ...CJS, ...{ bundle: false, external: [], entryPoints, allowOverwrite: true } });
  await joinStart(entryPoints);
  return split;
}

/** The entry does nothing but name the file that has its parts: that one takes its place, and there is one less to be found. */
async function joinStart(paths) {
  const entry = join(dist, 'extension.cjs');
  const [, start] = /require\("\.\/([^"]+)"\)/.exec(await readFile(entry, 'utf8'));
  await rename(join(dist, start), entry);
  for (const path of paths.filter((each) => ![start, basename(entry)].includes(basename(each)))) {
    const text = await readSource(path);
    await writeFile(join(checkout, path), text.replaceAll(start, 'extension.cjs'));
  }
}

/**
 * Says of each module that is loaded later that it needs the extension's start, as it does at run time. Without this esbuild cuts
 * the start into as many files as there are sets of later modules that share a part of it, and reading those takes longer than
 * what was gained.
 */
function startsFirst(later) {
  const start = `import ${JSON.stringify(join(checkout, SPLIT.entryPoints[0]))};`;
  return {
    name: 'starts-first',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path }) =>
        later.has(path) ? { contents: start + (await readFile(path, 'utf8')), loader: 'ts' } : undefined,
      ),
  };
}

/** The runtime is CommonJS; its new ending keeps it so within a package of ES modules. */
async function copyGrammars(folder) {
  const { resolve } = createRequire(import.meta.url);
  const runtime = resolve('@vscode/tree-sitter-wasm');
  await mkdir(folder, { recursive: true });
  await cp(runtime, join(folder, 'tree-sitter.cjs'));
  for (const file of ['tree-sitter.wasm', ...GRAMMARS.map((name) => `tree-sitter-${name}.wasm`)]) {
    await cp(join(dirname(runtime), file), join(folder, file));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await build();
