import type { LogOutputChannel } from 'vscode';
import type { Options } from './grow/options.ts';
import type { RecentEdits } from './grow/recent-edits.ts';
import type { Shelf } from './models/shelf.ts';
import type { CandidateRows } from './panel/candidate-rows.ts';
import type { Runs } from './runs/runs.ts';
import type { Services } from './services.ts';
import type { State } from './state.ts';

/** What the parts of the extension share. It is passed along; there is no other shared state. */
export interface Context {
  readonly log: LogOutputChannel;
  readonly services: Services;
  readonly runs: Runs;
  readonly rows: CandidateRows;
  readonly shelf: Shelf;
  readonly state: State;
  readonly options: Options;
  readonly edits: RecentEdits;
}
