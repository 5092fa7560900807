#!/usr/bin/env node
/**
 * Prints what `bench/sprout.ts` measured as a Markdown table, or writes it between the marks of a model card.
 *
 *   node tools/sprout/results-table.mjs RESULTS.json [models/sprout/README.md]
 */
import { readFile, writeFile } from 'node:fs/promises';

const BEGIN = '<!-- results:begin -->';
const END = '<!-- results:end -->';
const NAMES = {
  wording: 'unseen wording',
  composition: 'unseen composition',
  family: 'unseen family',
  'held-out': 'wording and composition',
};
const LANGUAGES = { python: 'Python', typescript: 'TypeScript', all: 'both' };

const [results, card] = process.argv.slice(2);
if (results === undefined) {
  console.error('usage: results-table.mjs RESULTS.json [MODEL CARD]');
  process.exit(2);
}
const text = table(JSON.parse(await readFile(results, 'utf8')));
if (card === undefined) {
  console.log(text);
} else {
  const before = await readFile(card, 'utf8');
  const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${card} has no place for results: ${BEGIN} ... ${END}`);
  await writeFile(card, `${before.slice(0, begin + BEGIN.length)}\n${text}\n${before.slice(end)}`);
}

function table({ results, scores, settings, gpuAdapter, tier, sandbox, problems, measured, ...rest }) {
  const { decode, judge, model, versions } = rest;
  const ks = Object.keys(results[0]?.passAt ?? {});
  const head = ['problems', 'language', 'count', ...ks.map((k) => `pass@${k}`), 'rank@1'];
  const rows = results.map(({ kind, language, problems, passAt, rankAt1 }) => [
    NAMES[kind],
    LANGUAGES[language],
    problems,
    ...ks.map((k) => passAt[k].toFixed(3)),
    rankAt1.toFixed(3),
  ]);
  const rule = head.map((_, column) => (column < 2 ? '---' : '--:'));
  const adapter = gpuAdapter
    ? `${gpuAdapter.description || gpuAdapter.device}${gpuAdapter.software ? ' (software)' : ''}, ${tier} tier`
    : 'no GPU adapter';
  const rate = ({ tokensPerSecond, candidatesPerSecond }) => Math.round(tokensPerSecond ?? candidatesPerSecond ?? 0);
  const errors = scores.filter(({ error }) => error !== undefined).length;
  return [
    ...[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `${measured} of ${problems} problems` +
      (errors > 0 ? ` (${errors} could not be run and count as failed)` : '') +
      `, ${settings.n} candidates each: temperature ${settings.temperature}, ` +
      `top-p ${settings.topP}, seed ${settings.seed}, at most ${settings.maxTokens} tokens. ` +
      `Weights ${model.sha256?.slice(0, 12) ?? 'unknown'}, ` +
      `Coppice ${versions.coppice}, Dawn ${versions.webgpu}; ${adapter}: ${rate(decode)} tokens/s decoded; ` +
      `sandbox ${sandbox}, ${settings.slots} slots: ${rate(judge)} different candidates/s judged.`,
  ].join('\n');
}
