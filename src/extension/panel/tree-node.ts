import type { MarkdownString, TreeItem } from 'vscode';

/**
 * A row of the panel. There is one class for each kind, which knows its children and how it looks. VS Code knows a row by its
 * object, so there is one object for a row as long as it is there, and it asks the run whenever it is drawn.
 */
export interface TreeNode {
  /** Stable while the run lives, so that selection and expansion survive a new ranking. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
  children(): readonly TreeNode[];
  item(): TreeItem;
  /** What the mouse finds out, where that is too much to be made for every row. */
  tooltip?(): MarkdownString;
}

/** Keeps the rows that stay, makes those that come, and forgets those that go. */
export class Rows<Key, Row> {
  #rows = new Map<Key, Row>();

  /**
   * @param keys of all rows there are now, in their order
   * @param update is called for rows that stay too
   */
  of(keys: Iterable<Key>, make: (key: Key) => Row, update: (row: Row, key: Key) => void = () => {}): Row[] {
    const before = this.#rows;
    this.#rows = new Map();
    for (const key of keys) {
      const row = before.get(key) ?? make(key);
      update(row, key);
      this.#rows.set(key, row);
    }
    return [...this.#rows.values()];
  }
}
