import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { outputWords } from '../../core/output-words.ts';
import { refutations } from '../../core/rank/decision.ts';
import type { RankedCandidate } from '../../run/run-result.ts';
import { CandidateNode } from './candidate-node.ts';
import { shortened } from './markdown.ts';
import { Pages } from './more-node.ts';
import type { RunNode } from './run-node.ts';
import { Rows, type TreeNode } from './tree-node.ts';
import { outcome, verdictIcon } from './verdict.ts';
import { candidateCount } from './words.ts';

const ANSWER_LENGTH = 24;

/** Candidates that no test told apart, as one row. */
export class ClusterNode implements TreeNode {
  readonly id: string;
  readonly parent: RunNode;
  /** Best first; set before each drawing. */
  entries: readonly RankedCandidate[] = [];
  readonly #pages: Pages<CandidateNode>;
  readonly #rows = new Rows<string, CandidateNode>();

  /** @param behaviour its key; the number of a cluster changes while candidates are judged, what it does does not */
  constructor(parent: RunNode, behaviour: string) {
    this.id = `${parent.id}/${createHash('sha1').update(behaviour).digest('base64url')}`;
    this.parent = parent;
    this.#pages = new Pages(this, parent.run);
  }

  /** Candidates in all, those with equal texts counted each. */
  get size(): number {
    return this.entries.reduce((sum, { count }) => sum + count, 0);
  }

  children(): TreeNode[] {
    const shown = new Map(this.entries.slice(0, this.#pages.shown).map((entry) => [entry.id, entry]));
    const rows = this.#rows.of(
      shown.keys(),
      (id) => new CandidateNode(this, this.parent.run, shown.get(id)!),
      (row, id) => {
        row.entry = shown.get(id)!;
      },
    );
    return this.#pages.with(rows, this.entries.length);
  }

  item(): vscode.TreeItem {
    const { report } = this.entries[0]!;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const isRefuted = refutations(report) > 0;
    const worthReading = !isRefuted && (report.verdict === 'passed' || report.verdict === 'untested');
    const what = outcome(report);
    const item = new vscode.TreeItem(what, worthReading ? Expanded : Collapsed);
    const candidates = candidateCount(this.size);
    const said = isRefuted ? vscode.l10n.t('ruled out') : this.#answer();
    item.description = said === undefined ? candidates : `${candidates} · ${said}`;
    const together =
      this.size === 1 ? `${what}: ${candidates}` : vscode.l10n.t('{0}: {1} behave the same', what, candidates);
    const ruledOut = vscode.l10n.t('They give something else than you said.');
    item.tooltip = isRefuted ? `${together}. ${ruledOut}` : together;
    item.iconPath = verdictIcon(report);
    item.contextValue = 'cluster';
    const given = said !== undefined && !isRefuted ? vscode.l10n.t('They give {0}.', said) : '';
    item.accessibilityInformation = { label: [`${together}.`, isRefuted ? ruledOut : given].filter(Boolean).join(' ') };
    return item;
  }

  /** What they give for the input that is asked about. */
  #answer(): string | undefined {
    const { question } = this.parent.run;
    const { outputs } = this.entries[0]!.report;
    const given = question && outputs?.find(({ input }) => input === question.input);
    return given && shortened(outputWords(given, vscode.l10n.t), ANSWER_LENGTH);
  }
}
