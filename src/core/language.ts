/** The languages Coppice grows candidates in. */
export type Language = 'python' | 'typescript' | 'tsx' | 'javascript';

const BY_EXTENSION: Record<string, Language> = {
  py: 'python',
  pyi: 'python',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
};

/** The language of a file by its extension; undefined where Coppice does not know it. */
export function languageOf(path: string): Language | undefined {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return BY_EXTENSION[extension];
}

/** The token that starts a line comment. */
export function lineComment(language: Language): string {
  return language === 'python' ? '#' : '//';
}
