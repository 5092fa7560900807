import type { TreeItem } from 'vscode';

/** A row of the panel. There is one class for each kind, which knows its children and how it looks. */
export interface TreeNode {
  /** Stable while the run lives, so that selection and expansion survive a new ranking. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
  children(): TreeNode[];
  item(): TreeItem;
}
