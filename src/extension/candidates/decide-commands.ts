import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';
import type { Decision } from '../../core/rank/decision.ts';
import { canBeRight, type Question } from '../../core/rank/question.ts';
import { typedAnswer } from '../../run/typed-answer.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { Context } from '../context.ts';
import { DecisionNode } from '../panel/decision-node.ts';
import { shortened } from '../panel/markdown.ts';
import { AnswerNode, OtherAnswerNode, QuestionNode, support } from '../panel/question-node.ts';
import { withoutIcons } from '../quick-pick.ts';
import type { Run } from '../runs/run.ts';
import { followDiff, openOutputs } from './preview.ts';
import { secondRuns } from './second-run.ts';

const { t } = vscode.l10n;

/** The next question comes where the last one was: a second click that follows at once is not meant for it. */
const DOUBLE_CLICK_MS = 500;
const SHOWN_LENGTH = 60;
const STATUS_MS = 5000;

/** Saying which output is right, in the panel or by the keyboard alone; taking it back; keeping it as a test. */
export function registerDecideCommands(context: Context): vscode.Disposable {
  const { runs } = context;
  const runAgain = secondRuns(context);
  let decidedAt = 0;
  const change = async (run: Run, by: () => void) => {
    const before = run.ranking[0]?.id;
    by();
    void runAgain(run);
    vscode.window.setStatusBarMessage(`${run.target.symbol}: ${outcome(run, before)}`, STATUS_MS);
    await followDiff(run, before);
  };
  const decide = (run: Run, decision: Decision) => {
    decidedAt = Date.now();
    return change(run, () => run.decide(decision));
  };
  const isCurrent = ({ run, question }: QuestionNode) =>
    run.question?.input === question.input && Date.now() - decidedAt > DOUBLE_CLICK_MS;
  const decisionOf = async (node: unknown, title: string) =>
    node instanceof DecisionNode ? node : pickDecision(runs.newest, title);
  return vscode.Disposable.from(
    vscode.commands.registerCommand('coppice.answer.choose', (node?: unknown) => {
      if (!(node instanceof AnswerNode)) return answerByKeyboard(context, runs.newest, decide);
      const { parent, answer } = node;
      if (!isCurrent(parent)) return undefined;
      return decide(parent.run, { input: parent.question.input, expected: answer.text });
    }),
    vscode.commands.registerCommand('coppice.answer.type', async (node?: unknown) => {
      const run = node instanceof OtherAnswerNode ? node.parent.run : runs.newest;
      const question = node instanceof OtherAnswerNode ? node.parent.question : run?.question;
      if (!run || !question) return;
      const expected = await typeAnswer(await context.services.syntax(), run, question);
      if (expected !== undefined) await decide(run, { input: question.input, expected });
    }),
    vscode.commands.registerCommand('coppice.question.answer', (node?: unknown) =>
      answerByKeyboard(context, node instanceof QuestionNode ? node.run : runs.newest, decide),
    ),
    vscode.commands.registerCommand('coppice.question.compare', (node?: unknown) => {
      const run = node instanceof QuestionNode ? node.run : runs.newest;
      const question = node instanceof QuestionNode ? node.question : run?.question;
      return run && question && openOutputs(run, question);
    }),
    vscode.commands.registerCommand('coppice.decision.undo', async (node?: unknown) => {
      const chosen = await decisionOf(node, t('Take back what you said'));
      if (chosen) await change(chosen.run, () => chosen.run.undo(chosen.decision.input));
    }),
    vscode.commands.registerCommand('coppice.decision.save', async (node?: unknown) => {
      const { saveDecision } = await import('./save-test.ts');
      const chosen = await decisionOf(node, t('Save as a test'));
      if (chosen) await saveDecision(context, chosen.run, chosen.decision);
    }),
  );
}

/** @param before the best candidate until then */
function outcome({ tested, winner, ranking }: Run, before: string | undefined): string {
  if (tested && !winner) return t('no candidate gives that');
  return ranking[0]?.id === before ? t('the best candidate stays the best') : t('another candidate is the best now');
}

/** Question after question, until there is none or the user has had enough. */
async function answerByKeyboard(
  { services }: Context,
  run: Run | undefined,
  decide: (run: Run, decision: Decision) => Promise<void>,
): Promise<void> {
  if (!run?.question) {
    vscode.window.showInformationMessage(
      t('The candidates of the last run do not differ on any input that was tried.'),
    );
    return;
  }
  while (run.question) {
    const { question } = run;
    const expected = await pickAnswer(run, question, () => services.syntax());
    if (expected === undefined) return;
    await decide(run, { input: question.input, expected });
  }
}

async function pickAnswer(run: Run, question: Question, syntax: () => Promise<Syntax>): Promise<string | undefined> {
  const answers = question.answers.filter(canBeRight).map((answer) => ({
    label: withoutIcons(shortened(answer.text, SHOWN_LENGTH)),
    description: support(run, answer),
    expected: answer.text,
  }));
  const other = {
    label: `$(edit) ${t('None of these...')}`,
    description: t('type the right output'),
    expected: undefined,
  };
  const chosen = await vscode.window.showQuickPick([...answers, other], {
    title: t('What should {0} give?', shortened(question.input, SHOWN_LENGTH)),
    placeHolder: t('Choose the right output: the candidates that give it come first'),
  });
  return chosen && (chosen.expected ?? (await typeAnswer(await syntax(), run, question)));
}

/** A literal of the function's language, written as outputs are; undefined where the user thinks better of it. */
async function typeAnswer(syntax: Syntax, run: Run, { input, answers }: Question): Promise<string | undefined> {
  const language = languageOf(run.target.uri.path)!;
  const outputs = answers.map(({ text }) => text);
  const read = (typed: string) => typedAnswer(syntax, language, typed, outputs);
  const typed = await vscode.window.showInputBox({
    title: t('What should {0} give?', shortened(input, SHOWN_LENGTH)),
    prompt: t("A literal, such as 2, 'a', [1, 2] or {0}", language === 'python' ? 'None' : 'null'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || read(text) !== undefined ? undefined : t('This is no literal: write the value itself.'),
  });
  return typed === undefined ? undefined : read(typed);
}

async function pickDecision(
  run: Run | undefined,
  title: string,
): Promise<Pick<DecisionNode, 'run' | 'decision'> | undefined> {
  const decisions = run?.decisions ?? [];
  if (!run || decisions.length === 0) {
    vscode.window.showInformationMessage(t('Nothing has been said yet about an output of the last run.'));
    return undefined;
  }
  if (decisions.length === 1) return { run, decision: decisions[0]! };
  const items = decisions.map((decision) => ({
    label: withoutIcons(t('{0} gives {1}', decision.input, shortened(decision.expected, SHOWN_LENGTH))),
    decision,
  }));
  const chosen = await vscode.window.showQuickPick(items.reverse(), { title });
  return chosen && { run, decision: chosen.decision };
}
