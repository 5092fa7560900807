import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ggufFiles } from './gguf-stores.ts';
import { modelFolders, shelve } from './model-folder.ts';
import type { ShelvedModel } from './shelf.ts';

/** `models--OWNER--NAME/snapshots/COMMIT/`; the newest snapshot stands for the model. */
export async function cachedModels(environment: NodeJS.ProcessEnv): Promise<ShelvedModel[]> {
  const home = environment.HF_HOME ?? join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  const hub = environment.HF_HUB_CACHE ?? join(home, 'hub');
  const repositories = (await readdir(hub).catch(() => [])).filter((name) => name.startsWith('models--')).sort();
  const models = await Promise.all(
    repositories.map(async (repository) => {
      const snapshots = await modelFolders(join(hub, repository, 'snapshots'));
      const dated = await Promise.all(snapshots.map(async (folder) => ({ folder, at: (await stat(folder)).mtimeMs })));
      const newest = dated.sort((a, b) => b.at - a.at)[0];
      const name = repository.slice('models--'.length).replaceAll('--', '/');
      if (newest) return [await shelve(name, newest.folder, 'huggingface')];
      return packedModels(name, join(hub, repository, 'snapshots'));
    }),
  );
  return models.flat();
}

/** The GGUF files of a repository that has nothing else; of a file in several snapshots the newest one. */
async function packedModels(repository: string, snapshots: string): Promise<ShelvedModel[]> {
  const commits = await readdir(snapshots).catch((): string[] => []);
  const dated = await Promise.all(
    commits.map(async (commit) => ({ commit, at: (await stat(join(snapshots, commit))).mtimeMs })),
  );
  const models = new Map<string, ShelvedModel>();
  for (const { commit } of dated.sort((a, b) => a.at - b.at)) {
    for (const model of await ggufFiles(join(snapshots, commit), 'huggingface')) {
      models.set(model.name, { ...model, name: `${repository}/${model.name}` });
    }
  }
  return [...models.values()];
}
