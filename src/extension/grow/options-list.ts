import * as vscode from 'vscode';
import { DEFAULT_SAMPLING } from '../../core/candidate.ts';
import { EMBEDDED_MODEL } from '../../run/shelf/embedded-model.ts';
import { sourceWords } from '../../run/shelf/words.ts';
import type { Context } from '../context.ts';
import { settingOf } from '../models/shelf.ts';
import { withoutIcons } from '../quick-pick.ts';
import { readSettings } from '../settings.ts';
import { planName } from '../tests/test-words.ts';
import { type GrowOptions, HIGHEST_SEED, HIGHEST_TEMPERATURE, MOST_CANDIDATES } from './options.ts';

type Choice = 'grow' | 'candidates' | 'temperature' | 'seed' | 'model' | 'tests' | 'forget';

interface OptionItem extends vscode.QuickPickItem {
  choice?: Choice;
}

interface ModelItem extends vscode.QuickPickItem {
  model: string | undefined;
}

/** Shows what the next candidates grow with, until the user lets them grow. False where they think better of it. */
export async function askForOptions(context: Context, scope: vscode.Uri): Promise<boolean> {
  const { options } = context;
  for (;;) {
    const chosen = await vscode.window.showQuickPick(items(context, scope), {
      title: vscode.l10n.t('Grow with Options'),
      placeHolder: vscode.l10n.t('What is chosen here is kept for this workspace.'),
    });
    switch (chosen?.choice) {
      case 'grow':
        return true;
      case 'forget':
        await options.remember({});
        break;
      case 'tests':
        await vscode.commands.executeCommand('coppice.tests.choose', scope);
        break;
      case 'model':
        await chooseModel(context);
        break;
      case 'candidates':
      case 'temperature':
      case 'seed':
        await typeNumber(context, scope, chosen.choice);
        break;
      case undefined:
        return false;
    }
    context.shelf.refresh();
  }
}

function items({ options }: Context, scope: vscode.Uri): OptionItem[] {
  const { remembered } = options;
  const settings = readSettings(scope);
  const now = options.settingsFor(scope);
  const row = (
    choice: keyof GrowOptions,
    icon: string,
    label: string,
    value: string,
    otherwise: string,
  ): OptionItem => {
    const hasSetting = choice !== 'seed';
    const same = hasSetting ? vscode.l10n.t('as in the settings') : vscode.l10n.t('as always');
    const differs = hasSetting
      ? vscode.l10n.t('for this workspace; the settings say {0}', otherwise)
      : vscode.l10n.t('for this workspace; otherwise {0}', otherwise);
    const about = remembered[choice] === undefined ? same : differs;
    return { label: `$(${icon}) ${label}`, description: `${value} · ${about}`, choice };
  };
  const seed = String(DEFAULT_SAMPLING.seed);
  const [model, otherModel] = [now, settings].map(({ modelPath }) => withoutIcons(modelPath ?? EMBEDDED_MODEL));
  const forget: OptionItem[] = [
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('$(discard) All as in the Settings'), choice: 'forget' },
  ];
  return [
    { label: vscode.l10n.t('$(sparkle) Grow Candidates'), choice: 'grow' },
    { label: vscode.l10n.t('with'), kind: vscode.QuickPickItemKind.Separator },
    row('candidates', 'list-ordered', vscode.l10n.t('Candidates'), String(now.candidates), String(settings.candidates)),
    row('temperature', 'flame', vscode.l10n.t('Temperature'), String(now.temperature), String(settings.temperature)),
    row('seed', 'symbol-number', vscode.l10n.t('Seed'), String(now.seed ?? seed), seed),
    row('model', 'library', vscode.l10n.t('Model'), model!, otherModel!),
    {
      label: vscode.l10n.t('$(beaker) Tests'),
      description: withoutIcons(planName(now.tests)),
      detail: vscode.l10n.t('Kept in the settings of the folder'),
      choice: 'tests',
    },
    ...(Object.keys(remembered).length > 0 ? forget : []),
  ];
}

interface NumberWords {
  title: string;
  prompt: string;
  from: number;
  to: number;
  isWhole: boolean;
}

function numberWords(option: 'candidates' | 'temperature' | 'seed'): NumberWords {
  switch (option) {
    case 'candidates':
      return {
        title: vscode.l10n.t('Candidates'),
        prompt: vscode.l10n.t('How many candidates to grow at once'),
        ...{ from: 1, to: MOST_CANDIDATES, isWhole: true },
      };
    case 'temperature':
      return {
        title: vscode.l10n.t('Temperature'),
        prompt: vscode.l10n.t('How far candidates stray from the most likely text; at 0 all of them are the same'),
        ...{ from: 0, to: HIGHEST_TEMPERATURE, isWhole: false },
      };
    case 'seed':
      return {
        title: vscode.l10n.t('Seed'),
        prompt: vscode.l10n.t('The same seed grows the same candidates'),
        ...{ from: 0, to: HIGHEST_SEED, isWhole: true },
      };
  }
}

/** An empty text is as in the settings. */
async function typeNumber(
  { options }: Context,
  scope: vscode.Uri,
  option: 'candidates' | 'temperature' | 'seed',
): Promise<void> {
  const { title, prompt, from, to, isWhole } = numberWords(option);
  const isRight = (text: string) => {
    const value = Number(text);
    return text.trim() === '' || (value >= from && value <= to && (!isWhole || Number.isInteger(value)));
  };
  const now = options.settingsFor(scope)[option];
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('{0}. Empty: as in the settings', prompt),
    value: now === undefined ? '' : String(now),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      if (isRight(typed)) return undefined;
      return isWhole
        ? vscode.l10n.t('A whole number from {0} to {1}', from, to)
        : vscode.l10n.t('A number from {0} to {1}', from, to);
    },
  });
  if (text === undefined || !isRight(text)) return;
  const { [option]: _, ...left } = options.remembered;
  await options.remember(text.trim() === '' ? left : { ...left, [option]: Number(text) });
}

async function chooseModel({ shelf, options }: Context): Promise<void> {
  const { models } = await shelf.look();
  const setting = readSettings().modelPath ?? EMBEDDED_MODEL;
  const own: ModelItem = {
    label: vscode.l10n.t('As in the Settings'),
    description: withoutIcons(setting),
    model: undefined,
  };
  const others = models.map((model): ModelItem => {
    const name = settingOf(model) ?? EMBEDDED_MODEL;
    return {
      label: withoutIcons(model.name),
      description: withoutIcons(sourceWords(model.source, vscode.l10n.t)),
      model: name,
    };
  });
  const chosen = await vscode.window.showQuickPick<ModelItem>([own, ...others], {
    title: vscode.l10n.t('Model'),
    placeHolder: vscode.l10n.t('Which model on this machine should write candidates in this workspace?'),
  });
  if (!chosen) return;
  const { model: _, ...left } = options.remembered;
  await options.remember(chosen.model === undefined ? left : { ...left, model: chosen.model });
}
