import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The licences of every package that is shipped: those in the bundles, and those that are copied as they are.
 *
 * @param {string} checkout
 * @param {Iterable<string>} inputs the paths that went into the bundles, relative to the checkout
 * @param {string[]} copied names of packages
 */
export async function notices(checkout, inputs, copied) {
  const bundled = [...inputs].map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const names = [...new Set([...bundled.filter((name) => name !== undefined), ...copied])].sort();
  const texts = await Promise.all(names.map((name) => notice(join(checkout, 'node_modules', name))));
  return `Coppice ships these packages.\n\n${texts.join('\n')}`;
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(folder, file), 'utf8') : '';
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text.trim()}\n`;
}
