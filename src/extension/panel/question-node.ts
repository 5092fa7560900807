import * as vscode from 'vscode';
import { outputWords } from '../../core/output-words.ts';
import { type Answer, canBeRight, type Question } from '../../core/rank/question.ts';
import type { Run } from '../runs/run.ts';
import { codeLanguage, inTable, shortened } from './markdown.ts';
import { Rows, type TreeNode } from './tree-node.ts';
import { candidateCount } from './words.ts';

const { t } = vscode.l10n;

/** What a row has room for. */
const LABEL_LENGTH = 24;
const ANSWER_LENGTH = 80;
/** A tooltip with more columns or code can't be taken in. */
const COLUMNS = 4;
const CODES = 2;
const HEADING_LENGTH = 200;
/** Of more outputs the rarest are left to be typed. */
const SHOWN_ANSWERS = 8;

/** An input on which the best candidates differ. Its children are what they give for it: a click says which is right. */
export class QuestionNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly run: Run;
  readonly question: Question;
  readonly #answers = new Rows<Answer, AnswerNode>();
  readonly #other: OtherAnswerNode;

  constructor(parent: TreeNode, run: Run, question: Question) {
    this.id = `${parent.id}/question/${question.input}`;
    this.parent = parent;
    this.run = run;
    this.question = question;
    this.#other = new OtherAnswerNode(this);
  }

  children(): TreeNode[] {
    const shown = this.question.answers.slice(0, SHOWN_ANSWERS);
    return [...this.#answers.of(shown, (answer) => new AnswerNode(this, answer)), this.#other];
  }

  item(): vscode.TreeItem {
    const { input } = this.question;
    // The answers are the rows below, so that nothing is lost where the panel is narrow.
    const item = new vscode.TreeItem(t('What should {0} give?', input), vscode.TreeItemCollapsibleState.Expanded);
    item.description = choices(this.question);
    item.iconPath = new vscode.ThemeIcon('question', new vscode.ThemeColor('editorInfo.foreground'));
    item.contextValue = 'question';
    item.accessibilityInformation = { label: `${item.label} ${item.description}` };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    return comparison(this.run, this.question);
  }
}

/** One output: a click says that it is the right one. */
export class AnswerNode implements TreeNode {
  readonly id: string;
  readonly parent: QuestionNode;
  readonly answer: Answer;

  constructor(parent: QuestionNode, answer: Answer) {
    this.id = `${parent.id}/${answer.text}`;
    this.parent = parent;
    this.answer = answer;
  }

  children(): TreeNode[] {
    return [];
  }

  item(): vscode.TreeItem {
    const { clean } = this.answer;
    const text = outputWords(this.answer, t);
    const { run, question } = this.parent;
    const item = new vscode.TreeItem(shortened(text, ANSWER_LENGTH));
    item.description = support(run, this.answer);
    item.iconPath = new vscode.ThemeIcon(clean ? 'circle-large-outline' : 'warning');
    const { input } = question;
    if (canBeRight(this.answer)) {
      item.contextValue = 'answer';
      item.command = { command: 'coppice.answer.choose', title: t('This Is Right'), arguments: [this] };
      item.accessibilityInformation = {
        label: t('{0}, {1}. Choose it if {2} should give this.', text, item.description, input),
      };
    } else {
      item.contextValue = 'answer.wrong';
      item.accessibilityInformation = { label: `${text}, ${item.description}` };
    }
    return item;
  }

  tooltip(): vscode.MarkdownString {
    return comparison(this.parent.run, this.parent.question, this.answer);
  }
}

/** Where the right output is none of those. */
export class OtherAnswerNode implements TreeNode {
  readonly id: string;
  readonly parent: QuestionNode;

  constructor(parent: QuestionNode) {
    this.id = `${parent.id}/other`;
    this.parent = parent;
  }

  children(): TreeNode[] {
    return [];
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(t('None of these...'));
    const { input } = this.parent.question;
    item.tooltip = t('Type what {0} gives', input);
    item.iconPath = new vscode.ThemeIcon('edit');
    item.contextValue = 'answer.other';
    item.command = { command: 'coppice.answer.type', title: t('Type the Right Output'), arguments: [this] };
    item.accessibilityInformation = { label: t('None of these. Type what {0} gives.', input) };
    return item;
  }
}

/** `12 candidates · best now`. */
export function support(run: Run, { count, ids }: Answer): string {
  const candidates = candidateCount(count);
  return ids.includes(run.ranking[0]?.id ?? '') ? t('{0} · best now', candidates) : candidates;
}

function choices({ answers: [first, second, ...more] }: Question): string {
  const [one, two] = [first, second].map((answer) => shortened(outputWords(answer, t), LABEL_LENGTH)) as [
    string,
    string,
  ];
  return more.length === 0 ? t('{0} or {1}', one, two) : t('{0}, {1} or something else', one, two);
}

/** The outputs side by side, then the code of the best candidates that give them, or of the one that is asked about. */
function comparison(run: Run, { input, answers }: Question, asked?: Answer): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const shown = answers.slice(0, COLUMNS);
  const row = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  // VS Code draws the columns side by side without a gap.
  const wide = (cell: string) => `${cell}&emsp;`;
  const cell = (answer: Answer) => {
    const words = inTable(outputWords(answer, t));
    return wide(answer === asked ? `**${words}**` : words);
  };
  const heading =
    asked && canBeRight(asked)
      ? t('Click if {0} should give {1}. Candidates give', input, asked.text)
      : t('{0} gives', input);
  text.appendMarkdown(`${inTable(shortened(heading, HEADING_LENGTH))}\n\n`);
  text.appendMarkdown(row(shown.map(cell)) + row(shown.map(() => ':---')));
  text.appendMarkdown(row(shown.map((answer) => wide(inTable(support(run, answer))))));
  for (const { ids, text: output } of asked ? [asked] : shown.slice(0, CODES)) {
    const entry = run.entry(ids[0]!);
    text.appendMarkdown(`\n${t('{0}: candidate {1}', inTable(output), entry?.rank ?? '')}\n`);
    text.appendCodeblock((run.body(ids[0]!) ?? '').trimEnd(), codeLanguage(run.target.uri));
  }
  return text;
}
