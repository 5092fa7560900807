/** What a package.json says about tests. */
export interface PackageJson {
  /** The script that runs them; empty where there is none. */
  script: string;
  /** What it depends on. */
  tools: string[];
  /** The settings that it holds, by name. */
  settings: string[];
}

/** Nothing where the text is no package.json. */
export function packageJson(text: string): PackageJson {
  try {
    const own = JSON.parse(text) as Record<string, Record<string, unknown>>;
    const { scripts = {}, dependencies = {}, devDependencies = {} } = own;
    const script = typeof scripts.test === 'string' ? scripts.test : '';
    return { script, tools: Object.keys({ ...dependencies, ...devDependencies }), settings: Object.keys(own) };
  } catch {
    return { script: '', tools: [], settings: [] };
  }
}
