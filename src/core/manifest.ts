/** `manifest.json` beside a model's files: what they were when they were checked. Hashes are SHA-256 in hexadecimal. */
export interface Manifest {
  files: Record<string, { bytes: number; sha256: string }>;
  /** Where they were downloaded from; absent for models that were not. */
  origin?: { endpoint: string; repository: string; revision: string };
  /** As the model's card names it. */
  licence?: string;
}

export const MANIFEST_FILE = 'manifest.json';
