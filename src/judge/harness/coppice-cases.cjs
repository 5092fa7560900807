/** What the reporters of JavaScript frameworks have in common: names and places of cases. */
const { relative, sep } = require('node:path');
const { fileURLToPath } = require('node:url');

const root = process.env.COPPICE_ROOT;
/** Of the test, which must fail, that the harness adds; see tests/record.ts. */
exports.CONTROL = 'coppice control';

exports.fileOf = (path) => relative(root, path).replaceAll(sep, '/');

/** Ids of one run: a title that comes again in its suite gets a number, so that no case hides another. */
exports.ids = () => {
  const seen = new Map();
  return (file, titles) => {
    const id = [exports.fileOf(file), ...titles].join(' > ');
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times === 1 ? id : `${id} (${times})`;
  };
};

/** The line of a test file that a stack goes through last. */
exports.lineIn = (stack, file) => {
  for (const line of `${stack ?? ''}`.split('\n')) {
    const place = /(?:\(|at |@ ?)((?:file:\/\/)?\/[^()]*):(\d+):\d+\)?$/.exec(line.trim());
    if (!place) continue;
    const path = place[1].startsWith('file:') ? fileURLToPath(place[1]) : place[1];
    if (path.endsWith(file) || path === file) return Number(place[2]);
  }
  return undefined;
};

/** A message as text, without colours. */
exports.messageOf = (error) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
  const plain = (text) => `${text}`.replace(/\u001b\[[\d;]*m/g, '');
  if (typeof error !== 'object' || error === null) return plain(error);
  const { name, message, stack } = error;
  if (!message) return plain(`${stack ?? name ?? 'failed'}`.split('\n')[0]);
  return plain(name && !`${message}`.startsWith(name) ? `${name}: ${message}` : message);
};
