import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MANIFEST = 'vk_swiftshader_icd.json';

/**
 * The environment in which the engine also finds SwiftShader, a Vulkan driver that runs on the CPU. It joins the
 * machine's own drivers, so a real GPU is still preferred; and its Vulkan loader serves machines that have none. Empty
 * where SwiftShader is not found.
 */
export function softwareAdapterEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const folder = folders(environment).find((candidate) => existsSync(join(candidate, MANIFEST)));
  if (folder === undefined || process.platform !== 'linux') return {};
  const joined = (variable: string, path: string) =>
    [...new Set([...(environment[variable]?.split(delimiter) ?? []), path])].join(delimiter);
  return {
    VK_ADD_DRIVER_FILES: joined('VK_ADD_DRIVER_FILES', join(folder, MANIFEST)),
    LD_LIBRARY_PATH: joined('LD_LIBRARY_PATH', folder),
  };
}

/** Beside the bundle, in the caches that set-up fills, and beside desktop VS Code's executable, which ships it too. */
function folders(environment: NodeJS.ProcessEnv): string[] {
  const caches = [environment.COPPICE_CACHE, join(homedir(), '.cache', 'coppice')].filter((path) => path !== undefined);
  return [
    join(dirname(fileURLToPath(import.meta.url)), 'swiftshader'),
    ...caches.flatMap(versionsIn),
    dirname(process.execPath),
  ];
}

function versionsIn(cache: string): string[] {
  try {
    const names = readdirSync(cache).filter((name) => /^swiftshader-[\d.]+$/.test(name));
    return names
      .sort()
      .reverse()
      .map((name) => join(cache, name));
  } catch {
    return [];
  }
}
