import type { Role } from './piece.ts';

/**
 * How a prompt is spelled for a model: a template for each role, in which `tokens` stand for themselves and these are
 * replaced: `{text}`; `{lines}`, the text up to a line break; `{comment}`, the text as line comments; `{path}`; `{mark}`,
 * what begins a line comment. A role without a template is its text; without one for suffixes the model can't fill in the
 * middle. What any prompt of a model begins with is not part of them.
 */
export interface Dialect {
  name: DialectName;
  /** The special tokens that tell it, and that its templates are made of. */
  tokens: string[];
  /** Others that end what a model of this dialect writes. */
  ends?: string[];
  /** What is read in turn, from what changes least to what changes most, as far as the model allows. */
  order: Role[];
  templates: Partial<Record<Role, string>>;
}

export type DialectName =
  | ('qwen-fim' | 'starcoder2' | 'mellum' | 'starcoder' | 'deepseek-coder' | 'codellama' | 'codestral' | 'seed-coder')
  | ('fim' | 'plain');

const PREFIX_FIRST: Role[] = ['system', 'repository', 'tests', 'recent', 'prefix', 'problem', 'suffix'];
/** What follows the hole is read before the prefix: a change of the problem leaves it in the KV store. */
const SUFFIX_FIRST: Role[] = ['repository', 'tests', 'recent', 'suffix', 'prefix', 'problem'];
/** The same where other files belong to the prefix. */
const SUFFIX_BEFORE_FILES: Role[] = ['suffix', 'repository', 'tests', 'recent', 'prefix', 'problem'];

/** How another file is shown to a model that was not trained to read several. */
const COMMENT = '{mark} {path}\n{comment}\n';
const files = (template: string) => ({ repository: template, tests: template, recent: template });
const COMMENTS = files(COMMENT);

/** Prefix, suffix, middle, in one file. Other files are comments at its head. */
function prefixFirst(
  name: DialectName,
  tokens: [prefix: string, suffix: string, middle: string],
  ends: string[],
): Dialect {
  const [prefix, suffix, middle] = tokens;
  return {
    ...{ name, tokens, ends, order: PREFIX_FIRST },
    templates: { ...COMMENTS, system: prefix, suffix: `${suffix}{text}${middle}` },
  };
}

/** Every dialect that is told by its tokens: a tokenizer's is the first of which it has them all. */
export const DIALECTS: Dialect[] = [
  {
    // Qwen2.5-Coder technical report, arXiv 2409.12186, section 3.2; the repository's name may be left out.
    name: 'qwen-fim',
    tokens: ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|file_sep|>'],
    ends: ['<|fim_pad|>', '<|repo_name|>'],
    order: PREFIX_FIRST,
    templates: {
      ...files('<|file_sep|>{path}\n{lines}'),
      prefix: '<|file_sep|>{path}\n<|fim_prefix|>{text}',
      suffix: '<|fim_suffix|>{text}<|fim_middle|>',
    },
  },
  {
    // StarCoder2, arXiv 2402.19173, section 5.1: the path stands within the prefix, and names were left out half of the time.
    name: 'starcoder2',
    tokens: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<file_sep>'],
    ends: ['<fim_pad>', '<repo_name>'],
    order: PREFIX_FIRST,
    templates: {
      ...files('<file_sep>{path}\n{text}'),
      prefix: '<file_sep><fim_prefix>{path}\n{text}',
      suffix: '<fim_suffix>{text}<fim_middle>',
    },
  },
  {
    // Mellum, arXiv 2510.05788, and the card of Mellum-4b-base: suffix, prefix, middle. StarCoder's tokenizer lacks the last.
    name: 'mellum',
    tokens: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<filename>', '<|im_start|>'],
    ends: ['<fim_pad>', '<reponame>'],
    order: SUFFIX_FIRST,
    templates: {
      ...files('<filename>{path}\n{lines}'),
      suffix: '<filename>{path}\n<fim_suffix>{text}<fim_prefix>',
      problem: '{text}<fim_middle>',
    },
  },
  // StarCoder, arXiv 2305.06161, and Granite Code, arXiv 2405.04324, which has its tokenizer: a document is one file.
  prefixFirst(
    'starcoder',
    ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'],
    ['<fim_pad>', '<filename>', '<reponame>', '<gh_stars>'],
  ),
  {
    // DeepSeek-Coder, arXiv 2401.14196, and its README: files of a repository are joined, each below a comment with its path.
    name: 'deepseek-coder',
    tokens: ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'],
    ends: ['<｜begin▁of▁sentence｜>', '<｜end▁of▁sentence｜>', '<|EOT|>'],
    order: PREFIX_FIRST,
    templates: {
      system: '<｜fim▁begin｜>',
      ...files('{mark}{path}\n{lines}\n'),
      prefix: '{mark}{path}\n{text}',
      suffix: '<｜fim▁hole｜>{text}<｜fim▁end｜>',
    },
  },
  // Code Llama, arXiv 2308.12950, section 2.3, and `infilling_prompt_tokens` of its reference code.
  prefixFirst('codellama', ['▁<PRE>', '▁<SUF>', '▁<MID>'], ['<s>', '▁<EOT>']),
  {
    // Codestral: `encode_fim` of mistral-common. The middle just goes on from the prefix.
    name: 'codestral',
    tokens: ['[SUFFIX]', '[PREFIX]'],
    ends: ['<s>', '[MIDDLE]'],
    order: SUFFIX_BEFORE_FILES,
    templates: { ...COMMENTS, suffix: '[SUFFIX]{text}[PREFIX]' },
  },
  {
    // Seed-Coder, arXiv 2506.03524, section on fill-in-the-middle: suffix, prefix, middle, in one file.
    name: 'seed-coder',
    tokens: ['<[fim-suffix]>', '<[fim-prefix]>', '<[fim-middle]>'],
    ends: ['<[begin▁of▁sentence]>', '<[end▁of▁sentence]>'],
    order: SUFFIX_BEFORE_FILES,
    templates: {
      suffix: '<[fim-suffix]>{text}<[fim-prefix]>',
      ...COMMENTS,
      problem: '{text}<[fim-middle]>',
    },
  },
  prefixFirst('fim', ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'], ['<|file_separator|>']),
];

/** Text to be continued: for models that can't fill in the middle. */
export const PLAIN: Dialect = { name: 'plain', tokens: [], order: PREFIX_FIRST, templates: COMMENTS };

/** The tokens of a model that names them by their use, as GGUF files do. */
export interface NamedTokens {
  prefix: string;
  suffix: string;
  middle: string;
  /** Stands before each file. */
  separator?: string;
}

/** What is usual with such tokens. */
export function dialectOfTokens({ prefix, suffix, middle, separator }: NamedTokens): Dialect {
  const usual = prefixFirst('fim', [prefix, suffix, middle], []);
  if (separator === undefined) return usual;
  return {
    ...usual,
    tokens: [...usual.tokens, separator],
    templates: {
      ...files(`${separator}{path}\n{lines}`),
      prefix: `${separator}{path}\n${prefix}{text}`,
      suffix: `${suffix}{text}${middle}`,
    },
  };
}
