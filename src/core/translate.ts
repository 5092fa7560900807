/**
 * Puts a text into the language of whoever reads it; `{0}` stands for the first argument. VS Code has one such function,
 * `vscode.l10n.t`; elsewhere texts stay as they are.
 */
export type Translate = (text: string, ...args: (string | number)[]) => string;

export const inEnglish: Translate = (text, ...args) => text.replace(/\{(\d+)\}/g, (hole, i) => String(args[i] ?? hole));
