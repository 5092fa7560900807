import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { pullModel } from '../../run/shelf/pull.ts';
import type { ShelvedModel } from '../../run/shelf/shelf.ts';
import { progressWords } from '../../run/shelf/words.ts';
import type { Context } from '../context.ts';
import { errorWords } from '../error-words.ts';

/**
 * Downloads a model in a process of its own, with a notification that can call it off. Undefined where it was called off or
 * failed, which has been said then; a later download goes on with what came.
 */
export function downloadModel(context: Context, name: string): Thenable<ShelvedModel | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Downloading {0}', name),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const engine = context.services.separateEngine(proxySettings());
    let shown = 0;
    try {
      const { model } = await pullModel(name, engine, {
        signal: abort.signal,
        onProgress: (now) => {
          const percent = now.total === 0 ? 0 : (100 * now.done) / now.total;
          progress.report({ message: progressWords(now, vscode.l10n.t), increment: Math.max(0, percent - shown) });
          shown = Math.max(shown, percent);
        },
      });
      context.log.info(`downloaded ${name} to ${model.path}`);
      const { models } = await context.shelf.look();
      return models.find(({ path }) => path === model.path);
    } catch (thrown) {
      report(context, name, CoppiceError.wrap(thrown));
      return undefined;
    } finally {
      await engine.dispose();
      context.shelf.refresh();
    }
  });
}

function report({ log }: Context, name: string, error: CoppiceError): void {
  log.error(`${name} was not downloaded: ${error.code}: ${error.message}`, error.cause ?? '');
  if (error.code === 'cancelled') return;
  // The notification waits for the user, the command need not.
  const [again, showLog] = [vscode.l10n.t('Try Again'), vscode.l10n.t('Show Log')];
  void vscode.window.showErrorMessage(errorWords(error), again, showLog).then((chosen) => {
    if (chosen === again) return vscode.commands.executeCommand('coppice.model.pull', name);
    return chosen && vscode.commands.executeCommand('coppice.log.show');
  });
}

/** The editor's own proxy, for a process that knows only the environment; what that says comes first. */
function proxySettings(): NodeJS.ProcessEnv {
  const section = vscode.workspace.getConfiguration('http');
  const proxy = section.get<string>('proxy');
  const direct = section.get<string[]>('noProxy') ?? [];
  const said = (variable: string) => process.env[variable] ?? process.env[variable.toLowerCase()];
  if (!proxy || said('HTTPS_PROXY') || said('HTTP_PROXY')) return {};
  return { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, ...(direct.length === 0 ? {} : { NO_PROXY: direct.join(',') }) };
}
