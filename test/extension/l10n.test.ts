/** Everything that the extension says can be said in another language, and is said in German. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Node } from '@vscode/tree-sitter-wasm';
import { loadParsers } from '../../src/syntax/grammars.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const { typescript } = (await loadParsers()).shared;

/** What the extension shares with the command line, and hands `vscode.l10n.t` to. */
const SHARED = [
  ...['context', 'cut', 'dialect', 'grow-tree', 'secrets'].map((name) => `src/core/prompt/${name}.ts`),
  ...['definitions', 'gather', 'instructions', 'prompt-files', 'siblings'].map((name) => `src/run/context/${name}.ts`),
  ...[
    'src/core/limit-name.ts',
    'src/core/output-words.ts',
    'src/core/rank/rank.ts',
    'src/run/grow-prompt.ts',
    'src/run/shelf/words.ts',
  ],
];

/** Texts of these properties are handed to `t` where they are shown. */
const HANDED_ON: Record<string, string[]> = { 'src/run/shelf/recommended.ts': ['about', 'terms'] };

/** Of `coppice eval` alone: nothing of it comes to the extension. */
const EVALUATION = /^src\/(core|run)\/eval(\/|\.ts$)/;

/** Whatever may throw an error that the extension shows, or make another text of ours for it. */
const CORE = globSync('src/**/*.ts', { cwd: root }).filter(
  (file) => !file.startsWith('src/cli/') && !EVALUATION.test(file),
);

/** Has both: how a thing is called on the command line, and how in the editor. */
const WAYS = 'src/core/ways.ts';

const sources = [...globSync('src/extension/**/*.ts', { cwd: root }), ...SHARED, ...Object.keys(HANDED_ON)];

interface Text {
  file: string;
  line: number;
  value: string;
  node: Node;
}

function syntaxOf(file: string): Node {
  return typescript.parse(readFileSync(join(root, file), 'utf8'))!.rootNode;
}

function textsOf(file: string): Text[] {
  return syntaxOf(file)
    .descendantsOfType(['string', 'template_string'])
    .flatMap((node) => (node ? [{ file, line: node.startPosition.row + 1, value: wordsOf(node), node }] : []));
}

/** Whatever fills a template in. */
const FILLING = '\ufffc';

function wordsOf(node: Node): string {
  const parts = node.namedChildren.map((part) => {
    if (part?.type === 'template_substitution') return FILLING;
    return part?.type === 'escape_sequence' ? unescaped(part.text) : part?.text;
  });
  return parts.join('');
}

function unescaped(sequence: string): string {
  return sequence === '\\n' ? '\n' : sequence.slice(1);
}

const callOf = (node: Node | null) => node?.childForFieldName('function')?.text ?? '';

/** The text is what `t` is called with first, or will be. */
function isTranslated({ file, node }: Text): boolean {
  const list = node.parent;
  if (list?.type === 'pair' && HANDED_ON[file]?.includes(list.childForFieldName('key')?.text ?? '')) return true;
  const isFirst = list?.type === 'arguments' && list.namedChildren[0]?.id === node.id;
  return isFirst && /^(vscode\.l10n\.|l10n\.)?t$/.test(callOf(list.parent));
}

/** What users never see: the log is for those who mend Coppice, and some texts are keys of a map. */
const UNSEEN =
  /^(log|context\.log|this\.#log|this\.#of|assert)\b|\.(debug|log|info|warn|error|with|joinPath|test|exec)$/;

/** What the Doctor writes is for an issue; what the listener answers is for a browser extension and the log. */
const IN_ENGLISH = ['src/extension/doctor.ts', 'src/extension/companion/listener.ts'];

/** The same in every language: names of products, values of Python, units, what is typed. */
const NAMES = [
  ...['Coppice', 'Python', 'TypeScript', 'JavaScript', 'Ollama', 'LM Studio', 'Qwen/Qwen2.5-Coder-1.5B'],
  ...['None', 'GPU', 'MB', 'GB', 'min', 'make check'],
];
const WITHOUT_NAMES = new RegExp(`(?<!\\p{L})(${NAMES.join('|').replaceAll('.', '\\.')})(?!\\p{L})`, 'gu');
const ICONS = /\$\([\w~-]+\)/g;
const CODE = /^(def|export|function) /;

/** What VS Code shows of an object, whatever it is. */
const SHOWN = /^(label|description|detail|tooltip|title|placeHolder|prompt|message|name|text|openLabel)$/;
/** What is neither the text itself nor may contain it as it is. */
const PASSED_ON = ['ternary_expression', 'binary_expression', 'parenthesized_expression', 'template_substitution'];

/**
 * Sentences, words beside what is filled in, and labels that begin like a sentence.
 *
 * @param labels false where a single word may be the name of a type
 */
function isProse(value: string, labels = true): boolean {
  const words = value
    .replace(/<[^>]*>/g, spokenIn)
    .replace(ICONS, '')
    .replace(WITHOUT_NAMES, '');
  if (CODE.test(words)) return false;
  const isBeside = /\s/.test(words) && /(^|\s)\(?\p{L}{2,}[.,:;!?)]*(\s|$)/u.test(words);
  return isBeside || (labels && /^\p{Lu}\p{Ll}+(\.\.\.|…|$)/u.test(words.trim()));
}

/** The attributes of an HTML tag that are read out. */
function spokenIn(tag: string): string {
  return [...tag.matchAll(/\b(?:title|aria-label|alt|placeholder)="([^"]*)"/g)].map(([, words]) => words).join(' ');
}

/** Whether it is what VS Code shows, or a part of that. */
function isLabel({ node, value }: Text): boolean {
  const words = value.replace(ICONS, '').replace(WITHOUT_NAMES, '');
  if (!/\p{L}{2,}/u.test(words) || CODE.test(words)) return false;
  let at = node;
  while (at.parent && (PASSED_ON.includes(at.parent.type) || at.parent.type === 'template_string')) {
    // What is asked is not what is shown.
    if (at.parent.type === 'ternary_expression' && at.parent.childForFieldName('condition')?.id === at.id) return false;
    at = at.parent;
  }
  const name =
    at.parent?.type === 'pair'
      ? at.parent.childForFieldName('key')?.text
      : at.parent?.type === 'assignment_expression'
        ? at.parent.childForFieldName('left')?.text.split('.').at(-1)
        : undefined;
  return name !== undefined && SHOWN.test(name);
}

function isSeen({ node: text }: Text): boolean {
  if (text.parent?.type === 'switch_case' || /[!=]==/.test(text.parent?.childForFieldName('operator')?.text ?? ''))
    return false;
  for (let node = text.parent; node; node = node.parent) {
    if (node.type === 'import_statement' || node.type === 'literal_type') return false;
    if (node.type === 'new_expression' && /Error$/.test(node.childForFieldName('constructor')?.text ?? ''))
      return false;
    if (node.type === 'call_expression' && UNSEEN.test(callOf(node))) return false;
    if (node.type === 'statement_block') break;
  }
  return true;
}

/** What is written as said`...`, as it is looked up: `{0}` where the first value goes. */
function templatesOf(file: string): Text[] {
  return textsOf(file)
    .filter(({ node }) => callOf(node.parent) === 'said')
    .map((text) => {
      let holes = 0;
      return { ...text, value: text.value.replaceAll(FILLING, () => `{${holes++}}`) };
    });
}

/** Those without a word are the same in every language. */
const said = CORE.flatMap(templatesOf).filter(({ value }) => /\p{L}/u.test(value));

const texts = sources.flatMap(textsOf);
const translated = texts.filter(isTranslated);
const holes = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(([hole]) => hole).sort();

test('no text of the extension is written where it can not be translated', () => {
  const bare = texts.filter(
    (text) =>
      !isTranslated(text) &&
      !(text.file in HANDED_ON) &&
      !IN_ENGLISH.includes(text.file) &&
      (isProse(text.value, text.file.startsWith('src/extension/')) || isLabel(text)) &&
      isSeen(text),
  );
  assert.deepEqual(
    bare.map(({ file, line, value }) => `${file}:${line} ${value}`),
    [],
  );
});

/** Their holes are filled where they are shown. */
const FILLED_LATER = ['src/extension/tree/page-words.ts', ...Object.keys(HANDED_ON)];

test('a text that is translated has no holes but those that its arguments fill', () => {
  for (const { file, line, value, node } of translated) {
    const place = `${file}:${line} ${value}`;
    assert.ok(!value.includes(FILLING), place);
    const given = node.parent!.namedChildren.slice(1);
    if (FILLED_LATER.includes(file) || given.some((argument) => argument?.type === 'spread_element')) continue;
    assert.deepEqual(
      [...new Set(holes(value))],
      given.map((_, at) => `{${at}}`),
      place,
    );
  }
});

test('the German texts are those of the extension, with the same holes', () => {
  const german: Record<string, string> = readJson('l10n/bundle.l10n.de.json');
  const english = new Set([...translated, ...said].map(({ value }) => value));
  assert.deepEqual(
    [...english].filter((text) => !(text in german)),
    [],
    'not translated',
  );
  assert.deepEqual(
    Object.keys(german).filter((text) => !english.has(text)),
    [],
    'no longer there',
  );
  for (const [text, translation] of Object.entries(german)) {
    assert.ok(translation.trim() !== '', text);
    assert.deepEqual(holes(translation), holes(text), text);
  }
});

/** Whether a message or a remedy is a string, here or where the name of it is given its value. */
function isUnsaid(node: Node, file: Node): boolean {
  switch (node.type) {
    case 'string':
    case 'template_string':
      return true;
    case 'ternary_expression':
      return ['consequence', 'alternative'].some((part) => isUnsaid(node.childForFieldName(part)!, file));
    case 'binary_expression':
      return ['left', 'right'].some((part) => isUnsaid(node.childForFieldName(part)!, file));
    case 'identifier':
      return file.descendantsOfType(['variable_declarator', 'required_parameter']).some((declared) => {
        const name = declared?.childForFieldName('name') ?? declared?.childForFieldName('pattern');
        if (name?.text !== node.text) return false;
        const [value, type] = [declared?.childForFieldName('value'), declared?.childForFieldName('type')];
        return (value && isUnsaid(value, file)) || /^:\s*string$/.test(type?.text ?? '');
      });
    default:
      return false;
  }
}

test('an error that the extension may show can be said in another language', () => {
  const unsaid: string[] = [];
  let errors = 0;
  for (const path of CORE) {
    const file = syntaxOf(path);
    for (const node of file.descendantsOfType('new_expression')) {
      if (node?.childForFieldName('constructor')?.text !== 'CoppiceError') continue;
      errors++;
      const [, message, remedy] = node
        .childForFieldName('arguments')!
        .namedChildren.filter((each) => each?.type !== 'comment');
      for (const text of [message, remedy])
        if (text && isUnsaid(text, file)) unsaid.push(`${path}:${text.startPosition.row + 1} ${text.text}`);
    }
  }
  assert.ok(errors > 100, `${errors} errors`);
  assert.deepEqual(unsaid, []);
});

test('what the editor shows names no option and no command of the command line, but commands of its own by their titles', () => {
  const cli = globSync('src/cli/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const named = (pattern: RegExp) => cli.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!));
  const options = named(/(--[a-z][a-z-]*)/g);
  const commands = named(/\.command\('(\w+)/g);
  assert.ok(options.includes('--tests') && commands.includes('doctor') && commands.includes('models'));
  const ofCommandLine = new RegExp(`(?<![\\w-])(${options.join('|')})(?![\\w-])|\\bcoppice (${commands.join('|')})\\b`);
  const shown = CORE.filter((file) => file !== WAYS).flatMap(textsOf);
  assert.deepEqual(
    shown
      .filter((text) => (isProse(text.value) || callOf(text.node.parent) === 'said') && ofCommandLine.test(text.value))
      .map(({ file, line, value }) => `${file}:${line} ${value}`),
    [],
  );
  const german: Record<string, string> = readJson('l10n/bundle.l10n.de.json');
  const ways = templatesOf(WAYS).filter(({ value }) => value.includes('"'));
  assert.ok(ways.length > 3);
  for (const [manifest, textOf] of [
    ['package.nls.json', (text: string) => text],
    ['package.nls.de.json', (text: string) => german[text]!],
  ] as const) {
    const titles = new Set<string>(Object.values(readJson(manifest)));
    for (const { value } of ways) {
      const [, title] = /^["„](?:Coppice: )?(.+?)["“]/.exec(textOf(value)) ?? [];
      assert.ok(titles.has(title!), `${manifest} has no ${textOf(value)}`);
    }
  }
});

test('nothing that the extension needs is of `coppice eval`', () => {
  const needed = CORE.flatMap((file) =>
    syntaxOf(file)
      .descendantsOfType('import_statement')
      .filter((statement) => !/^import type\b/.test(statement?.text ?? ''))
      .map((statement) => join(file, '..', statement?.childForFieldName('source')?.text.slice(1, -1) ?? '')),
  );
  assert.deepEqual(
    needed.filter((path) => EVALUATION.test(path)),
    [],
  );
});

test('the manifest says nothing by itself, and all of it in both languages', () => {
  const manifest = readJson('package.json');
  const english: Record<string, string> = readJson('package.nls.json');
  const german: Record<string, string> = readJson('package.nls.de.json');
  const said = [...JSON.stringify(manifest).matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key!);
  assert.deepEqual([...new Set(said)].sort(), Object.keys(english).sort());
  assert.deepEqual(Object.keys(german).sort(), Object.keys(english).sort());
  const bare: string[] = [];
  const seen = /^(title|contextualTitle|description|markdownDescription|contents|altText|label|displayName)$/;
  const look = (value: unknown, key: string, path: string): void => {
    if (typeof value === 'string' && !/^%.*%$/.test(value) && !NAMES.includes(value)) {
      // Beside sentences these lists have names of frameworks.
      if (seen.test(key) || (/^(name|.*Descriptions|.*Labels)$/.test(key) && isProse(value))) bare.push(path);
    }
    if (Array.isArray(value)) for (const [i, each] of value.entries()) look(each, key, `${path}[${i}]`);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) look(each, name, `${path}.${name}`);
  };
  look(manifest, '', '');
  assert.deepEqual(bare, []);
  for (const key of said) assert.notEqual(english[key]!.trim(), '');
});

test('the pictures of the walkthrough are the same in German, but for their words', () => {
  const { contributes } = readJson('package.json');
  const texts = (picture: string) =>
    [...picture.matchAll(/(?<=>)[^<>]+(?=<\/?t(?:ext|span|itle)\b)/g)].map(([text]) => text);
  const shapes = (picture: string) => picture.replace(/>[^<>]*</g, '><').replace(/ (?:x|width)="[\d.]+"/g, '');
  for (const { media } of contributes.walkthroughs[0].steps) {
    const key = media.svg.slice(1, -1);
    const [english, german] = ['package.nls.json', 'package.nls.de.json'].map((manifest) =>
      readFileSync(join(root, readJson(manifest)[key]), 'utf8'),
    ) as [string, string];
    assert.equal(shapes(german), shapes(english), key);
    const [theirs, ours] = [texts(english), texts(german)];
    assert.equal(ours.length, theirs.length, key);
    // What is left is code, and names.
    const same = ours.filter((text, at) => text === theirs[at] && /\p{L}{3}/u.test(text));
    assert.ok(same.length <= 3, `${key}: ${same.join(' | ')}`);
  }
});
