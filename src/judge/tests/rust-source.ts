/** What a file of Rust holds of tests, by its letters. */

const TEST_MODULE = /^#\[cfg\(test\)\]\s*(?:#\[[^\n]*\]\s*)*(?:pub(?:\([^)\n]*\))?\s+)?mod\s+\w+\s*\{/m;

export function hasTests(text: string): boolean {
  return /^\s*#\[(?:\w+::)*test(?:\(.*\))?\]|#\[rstest\]|\bproptest!/m.test(text);
}

/**
 * A candidate's text with the test module of the original file in place of its own: a candidate is a whole file, and would bring
 * tests that suit it. Where the original has none, its text as it is.
 */
export function withTestsOf(original: string, text: string): string {
  const own = testModule(original);
  if (!own) return text;
  const theirs = testModule(text);
  const tests = original.slice(own.from, own.to);
  return theirs ? `${text.slice(0, theirs.from)}${tests}${text.slice(theirs.to)}` : `${text.trimEnd()}\n\n${tests}\n`;
}

/** The first test module that stands at the left edge. */
function testModule(text: string): { from: number; to: number } | undefined {
  const found = TEST_MODULE.exec(text);
  if (!found) return undefined;
  const end = closing(text, found.index + found[0].length);
  return { from: found.index, to: end };
}

const TOKEN =
  /\/\/[^\n]*|\/\*|b?r(#*)"|b?"(?:[^"\\]|\\[\s\S])*"|b?'(?:[^'\\\n]|\\(?:u\{[^}]*\}|[^\n]{1,3}?))'|'\w+|[{}]/g;

/** Past the brace that closes what was opened before `from`; braces in comments, texts and letters do not count. */
function closing(text: string, from: number): number {
  let depth = 1;
  TOKEN.lastIndex = from;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    if (token[0] === '{') depth++;
    else if (token[0] === '}' && --depth === 0) return TOKEN.lastIndex;
    else if (token[0] === '/*') TOKEN.lastIndex = afterComment(text, TOKEN.lastIndex);
    else if (token[1] !== undefined) {
      const end = text.indexOf(`"${token[1]}`, TOKEN.lastIndex);
      if (end < 0) break;
      TOKEN.lastIndex = end + 1 + token[1].length;
    }
  }
  return text.length;
}

/** Comments of Rust nest. */
function afterComment(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  let depth = 1;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}
