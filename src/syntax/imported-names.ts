import type { Node } from '@vscode/tree-sitter-wasm';
import { ecmascriptImports, type Import, pythonImports } from './imports.ts';

/** A name that an import binds in a file, or that it hands on to whoever imports the file. */
export interface ImportedName {
  /** `*` where all that the module exports is handed on or bound. */
  local: string;
  /** As it is written. */
  module: string;
  /** What it is called there: `default`, or `*` for the module itself. */
  imported: string;
}

export function pythonImportedNames(root: Node): ImportedName[] {
  return pythonImports(root).flatMap((found) =>
    // `from shop import *`.
    found.names.length === 0 && found.as === undefined
      ? [{ local: '*', module: found.module, imported: '*' }]
      : namesOf(found),
  );
}

export function ecmascriptImportedNames(root: Node): ImportedName[] {
  return [...ecmascriptImports(root).flatMap(namesOf), ...handedOn(root)];
}

function namesOf({ module, names, as }: Import): ImportedName[] {
  // `import os.path` binds `os`.
  const itself = as === undefined ? [] : [{ local: as.split('.')[0]!, module, imported: '*' }];
  return [...itself, ...names.map(({ name, as: local }) => ({ local, module, imported: name }))];
}

/** What a file exports from another one. */
function handedOn(root: Node): ImportedName[] {
  return root.descendantsOfType('export_statement').flatMap((node): ImportedName[] => {
    const source = node?.childForFieldName('source');
    if (!node || !source) return [];
    const module = source.text.slice(1, -1);
    if (node.children.some((child) => child?.type === '*')) return [{ local: '*', module, imported: '*' }];
    return node.descendantsOfType('export_specifier').flatMap((item) => {
      const name = item?.childForFieldName('name')?.text;
      return name === undefined
        ? []
        : [{ local: item?.childForFieldName('alias')?.text ?? name, module, imported: name }];
    });
  });
}
