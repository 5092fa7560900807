import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import { CoppiceError } from '../core/errors.ts';
import type { Language } from '../core/language.ts';
import { said } from '../core/said.ts';

const GRAMMAR_FILES: Record<Language, string> = {
  python: 'tree-sitter-python.wasm',
  typescript: 'tree-sitter-typescript.wasm',
  tsx: 'tree-sitter-tsx.wasm',
  javascript: 'tree-sitter-javascript.wasm',
};

const LANGUAGES = Object.keys(GRAMMAR_FILES) as Language[];

/** The parser runtime, as a file that `require` takes for CommonJS, and the folder its grammars lie in. */
interface GrammarFiles {
  runtime: string;
  folder: string;
}

/**
 * Where the grammars lie: in `grammars/` beside a bundle (the runtime is renamed to `.cjs` there, because the bundle's
 * package is ESM), in the installed package in a checkout.
 */
function findGrammars(): GrammarFiles {
  const beside = join(dirname(fileURLToPath(import.meta.url)), 'grammars');
  const bundled = { runtime: join(beside, 'tree-sitter.cjs'), folder: beside };
  if (existsSync(bundled.runtime)) return bundled;
  const runtime = createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm');
  return { runtime, folder: dirname(runtime) };
}

export interface Parsers {
  /** One for each language. */
  shared: Record<Language, TreeSitter.Parser>;
  /** One of its own, for a parse that is interrupted. Whoever asks for it deletes it. */
  own(language: Language): TreeSitter.Parser;
}

/** Loads the runtime and the grammars. Throws `internal` when the installation is incomplete. */
export async function loadParsers(): Promise<Parsers> {
  try {
    const { runtime, folder } = findGrammars();
    const { Parser, Language } = createRequire(import.meta.url)(runtime) as typeof TreeSitter;
    await Parser.init({ locateFile: (file) => join(folder, file) });
    const entries = Object.entries(GRAMMAR_FILES).map(async ([language, file]) => {
      return [language, await Language.load(join(folder, file))] as const;
    });
    const grammars = Object.fromEntries(await Promise.all(entries)) as Record<Language, TreeSitter.Language>;
    const own = (language: Language) => new Parser().setLanguage(grammars[language]);
    const shared = Object.fromEntries(LANGUAGES.map((language) => [language, own(language)]));
    return { shared: shared as Parsers['shared'], own };
  } catch (cause) {
    throw new CoppiceError(
      'internal',
      said`The syntax grammars could not be loaded.`,
      said`Install Coppice again.`,
      cause,
    );
  }
}
