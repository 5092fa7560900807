import * as vscode from 'vscode';
import type { Decision } from '../../core/rank/decision.ts';
import { isAsExpected } from '../../core/rank/decision.ts';
import type { Run } from '../runs/run.ts';
import { shortened } from './markdown.ts';
import type { TreeNode } from './tree-node.ts';

const { t } = vscode.l10n;

const LABEL_LENGTH = 60;

/** What the user has said of an input. It can be taken back, and saved as a test. */
export class DecisionNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly run: Run;
  readonly decision: Decision;

  constructor(parent: TreeNode, run: Run, decision: Decision) {
    this.id = `${parent.id}/decision/${decision.input}`;
    this.parent = parent;
    this.run = run;
    this.decision = decision;
  }

  children(): TreeNode[] {
    return [];
  }

  item(): vscode.TreeItem {
    const { input, expected } = this.decision;
    const item = new vscode.TreeItem(t('{0} gives {1}', input, shortened(expected, LABEL_LENGTH)));
    const right = rightCount(this.run, this.decision);
    item.description = right === 0 ? t('you said, and no candidate does') : t('you said');
    const said =
      right === 1
        ? t('You said that {0} gives {1}: 1 candidate gives that.', input, expected)
        : t('You said that {0} gives {1}: {2} candidates give that.', input, expected, right);
    item.tooltip = new vscode.MarkdownString()
      .appendText(said)
      .appendMarkdown('\n\n')
      .appendText(t('It can be saved as a test, or taken back.'));
    const colour = right === 0 ? 'list.warningForeground' : 'testing.iconPassed';
    item.iconPath = new vscode.ThemeIcon(right === 0 ? 'warning' : 'verified', new vscode.ThemeColor(colour));
    item.contextValue = 'decision';
    item.accessibilityInformation = { label: said };
    return item;
  }
}

function rightCount({ ranking }: Run, { input }: Decision): number {
  const isRight = (outputs: RankedOutputs) => outputs?.some((output) => output.input === input && isAsExpected(output));
  return ranking.reduce((sum, { report, count }) => sum + (isRight(report.outputs) ? count : 0), 0);
}

type RankedOutputs = Run['ranking'][number]['report']['outputs'];
