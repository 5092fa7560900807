/** A name of a source text that nothing in it binds. */
export interface UnboundName {
  name: string;
  /** What is taken of it, as in `math.floor`; undefined where it stands by itself. */
  attribute?: string;
}

/** Modules of Python's standard library that code writes out: `re.sub`. */
const MODULES = new Set(
  ['ast', 'base64', 'bisect', 'calendar', 'cmath', 'collections', 'contextlib', 'copy', 'csv', 'dataclasses']
    .concat(
      'decimal',
      'difflib',
      'enum',
      'fnmatch',
      'fractions',
      'functools',
      'glob',
      'hashlib',
      'heapq',
      'hmac',
      'html',
    )
    .concat('inspect', 'io', 'ipaddress', 'itertools', 'json', 'keyword', 'locale', 'logging', 'math', 'numbers')
    .concat('operator', 'os', 'pathlib', 'pprint', 'random', 're', 'secrets', 'shlex', 'statistics', 'string', 'struct')
    .concat('sys', 'tempfile', 'textwrap', 'time', 'typing', 'unicodedata', 'urllib', 'uuid', 'warnings', 'zlib'),
);

/** Names of the standard library that mean one thing to whoever writes Python. */
const NAMES: Record<string, readonly string[]> = {
  bisect: ['bisect_left', 'bisect_right', 'insort'],
  collections: ['ChainMap', 'Counter', 'OrderedDict', 'defaultdict', 'deque', 'namedtuple'],
  contextlib: ['contextmanager', 'suppress'],
  copy: ['deepcopy'],
  dataclasses: ['asdict', 'dataclass'],
  datetime: ['timedelta', 'timezone'],
  decimal: ['Decimal'],
  fractions: ['Fraction'],
  functools: ['cmp_to_key', 'lru_cache', 'partial', 'reduce'],
  heapq: ['heapify', 'heappop', 'heappush', 'nlargest', 'nsmallest'],
  itertools: [
    'accumulate',
    'chain',
    'combinations',
    'groupby',
    'islice',
    'pairwise',
    'permutations',
    'product',
    'takewhile',
  ].concat('dropwhile', 'starmap', 'zip_longest'),
  math: ['ceil', 'comb', 'factorial', 'floor', 'gcd', 'isqrt', 'lcm', 'prod', 'sqrt'],
  operator: ['attrgetter', 'itemgetter'],
  pathlib: ['Path'],
  statistics: ['mean', 'median'],
  string: ['ascii_letters', 'ascii_lowercase', 'ascii_uppercase', 'punctuation'],
  typing: [
    'Any',
    'Callable',
    'Dict',
    'Iterable',
    'Iterator',
    'List',
    'Mapping',
    'Optional',
    'Sequence',
    'Set',
    'Tuple',
  ].concat('Union'),
};
const MODULE_OF = new Map(
  Object.entries(NAMES).flatMap(([module, names]) => names.map((name) => [name, module] as const)),
);

/** `datetime` is a module and the class that one uses most of it. */
const IN_DATETIME_MODULE = new Set(['date', 'datetime', 'time', 'timedelta', 'timezone', 'UTC']);

/**
 * The import lines that Python code lacks, sorted: of names that mean one thing in the standard library. Without the line the
 * name would be an error, so nothing is lost where the guess is wrong; other names are not guessed at.
 */
export function neededImports(unbound: readonly UnboundName[]): string[] {
  const lines = new Set<string>();
  for (const { name, attribute } of unbound) {
    const module = MODULE_OF.get(name);
    if (module !== undefined) lines.add(`from ${module} import ${name}`);
    else if (attribute === undefined) continue;
    else if (name === 'datetime') {
      lines.add(IN_DATETIME_MODULE.has(attribute) ? 'import datetime' : 'from datetime import datetime');
    } else if (name === 'urllib') {
      if (attribute === 'parse') lines.add('import urllib.parse');
    } else if (MODULES.has(name)) lines.add(`import ${name}`);
  }
  return [...lines].sort((a, b) => Number(a.startsWith('from')) - Number(b.startsWith('from')) || (a < b ? -1 : 1));
}
