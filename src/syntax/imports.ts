import type { Node } from '@vscode/tree-sitter-wasm';

/** One import of a file. */
export interface Import {
  /** As it is written: `words`, `..words`, `../src/numbers.ts`. */
  module: string;
  /** What is taken from it, and what that is called here. */
  names: { name: string; as: string }[];
  /** What the module itself is called here. */
  as?: string;
}

/** Every `import` and `from ... import` of a Python file, wherever it stands. */
export function pythonImports(root: Node): Import[] {
  return root.descendantsOfType(['import_statement', 'import_from_statement']).flatMap((node): Import[] => {
    if (!node) return [];
    const named = node.childrenForFieldName('name').flatMap((child) => (child ? [nameOf(child)] : []));
    if (node.type === 'import_statement') return named.map(({ name, as }) => ({ module: name, names: [], as }));
    const module = node.childForFieldName('module_name')?.text;
    return module === undefined ? [] : [{ module, names: named }];
  });
}

/** Every `import` of an ECMAScript file, and what a constant takes from `require`. */
export function ecmascriptImports(root: Node): Import[] {
  return root.descendantsOfType(['import_statement', 'variable_declarator']).flatMap((node): Import[] => {
    const found = node?.type === 'import_statement' ? imported(node) : node && required(node);
    return found ? [found] : [];
  });
}

function imported(node: Node): Import | undefined {
  const source = node.childForFieldName('source');
  const clause = node.namedChildren.find((child) => child?.type === 'import_clause');
  if (!source || !clause) return undefined;
  const found: Import = { module: unquoted(source), names: [] };
  for (const child of clause.namedChildren) {
    if (child?.type === 'identifier') found.names.push({ name: 'default', as: child.text });
    if (child?.type === 'namespace_import') found.as = child.firstNamedChild?.text ?? '';
    if (child?.type !== 'named_imports') continue;
    for (const part of child.namedChildren) if (part?.type === 'import_specifier') found.names.push(nameOf(part));
  }
  return found;
}

function required(node: Node): Import | undefined {
  const value = node.childForFieldName('value');
  const name = node.childForFieldName('name');
  const argument = value?.childForFieldName('arguments')?.firstNamedChild;
  if (!name || value?.childForFieldName('function')?.text !== 'require' || argument?.type !== 'string')
    return undefined;
  const module = unquoted(argument);
  if (name.type === 'identifier') return { module, names: [], as: name.text };
  const names = name.namedChildren.flatMap((child) => {
    if (child?.type === 'shorthand_property_identifier_pattern') return [{ name: child.text, as: child.text }];
    const [key, bound] = [child?.childForFieldName('key'), child?.childForFieldName('value')];
    return key && bound ? [{ name: key.text, as: bound.text }] : [];
  });
  return { module, names };
}

/** `a`, or `a as b`. */
function nameOf(node: Node): { name: string; as: string } {
  const name = node.childForFieldName('name')?.text ?? node.text;
  return { name, as: node.childForFieldName('alias')?.text ?? name };
}

function unquoted(string: Node): string {
  return string.text.slice(1, -1);
}
