import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { cached } from './cache.mjs';
import { installPackage } from './npm.mjs';
import { SetupProblem } from './problem.mjs';
import { unpackTar } from './tar.mjs';

/** A registry package that carries headless Chromium, SwiftShader and the libraries both need, for x86-64 Linux. */
const VERSION = '153.0.0';

/** The machine's fonts, and for a machine without any the one that comes with the browser. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

const unbrotli = promisify(brotliDecompress);

/**
 * SwiftShader, a Vulkan driver that runs on the CPU, with a Vulkan loader: the software adapter for machines without a
 * GPU. Undefined on systems that bring their own (macOS, Windows) or that the package does not serve.
 *
 * @returns {Promise<string | undefined>} the folder of `vk_swiftshader_icd.json`
 */
export async function swiftshader() {
  if (!served()) return undefined;
  return cached(`swiftshader-${VERSION}`, 'the software GPU adapter (SwiftShader)', (folder) =>
    withPackage(folder, async (bin) =>
      unpackTar(await unbrotli(await readFile(join(bin, 'swiftshader.tar.br'))), folder),
    ),
  );
}

/**
 * A browser for the interface tests: Debian's where it is installed, else headless Chromium from npm.
 *
 * @returns {Promise<{ executable: string, env: Record<string, string> }>}
 */
export async function chromium() {
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
  if (installed) return { executable: installed, env: {} };
  if (!served()) {
    throw new SetupProblem(
      'No Chromium was found for the interface tests.',
      'Install Chromium and run it again; everything but `npm run test:e2e` works without.',
    );
  }
  const folder = await cached(`chromium-${VERSION}`, 'the browser (Chromium)', (draft) =>
    withPackage(draft, async (bin) => {
      const executable = join(draft, 'chromium');
      await writeFile(executable, await unbrotli(await readFile(join(bin, 'chromium.br'))));
      await chmod(executable, 0o755);
      for (const part of ['al2023', 'fonts', 'swiftshader']) {
        await unpackTar(await unbrotli(await readFile(join(bin, `${part}.tar.br`))), draft);
      }
      await writeFile(join(draft, 'fonts.conf'), FONTS);
    }),
  );
  return {
    executable: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: `${join(folder, 'lib')}:${folder}`, FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

function served() {
  return process.platform === 'linux' && process.arch === 'x64';
}

async function withPackage(folder, unpack) {
  const packages = join(folder, 'package');
  await mkdir(packages);
  const installed = await installPackage(packages, `@sparticuz/chromium@${VERSION}`);
  await unpack(join(installed, 'bin'));
  await rm(packages, { recursive: true });
}
