import type { Attack } from './attack.ts';
import { CALLS } from './calls.ts';
import { CHEATS } from './cheats.ts';
import { FILES } from './files.ts';
import { KERNEL } from './kernel.ts';
import { NETWORK } from './network.ts';
import { PROGRAMS } from './programs.ts';
import { REPORTS } from './reports.ts';
import { RESOURCES } from './resources.ts';
import { SECRETS } from './secrets.ts';
import { SIBLINGS } from './siblings.ts';
import { SIGNALS } from './signals.ts';

type Corpus = Record<string, Attack[]>;

/** What the back end of the sandbox stops, by what it goes for. */
export const ON_THE_MACHINE: Corpus = {
  'the files outside': FILES,
  'the kernel': KERNEL,
  'calls of the kernel': CALLS,
  'the resources of the machine': RESOURCES,
  'other processes': SIGNALS,
  'the network': NETWORK,
  'what is secret': SECRETS,
  'the candidates beside it': SIBLINGS,
};

/** What the judge does not believe, in whatever sandbox. */
export const ON_THE_VERDICT: Corpus = {
  'the reports': REPORTS,
  'a verdict that it does not deserve': CHEATS,
  'a problem that it does not solve': PROGRAMS,
};
