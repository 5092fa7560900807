import { inEnglish, type Translate } from '../translate.ts';
import type { Cut } from './cut.ts';

/** Names of files that hold keys and passwords, by the last part of the path, in lower case. */
const SECRET_NAMES = [
  /^\.env(?!\.(example|sample|template|dist)$)(\..+)?$/,
  /\.env$/,
  /\.(pem|key|p8|p12|pfx|jks|keystore|ppk|kdbx|gpg|asc|ovpn)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.(npmrc|pypirc|netrc|pgpass|htpasswd|git-credentials|dockercfg|s3cfg|boto)$/,
  /^_netrc$/,
  /^(credentials?|secrets?|passwords?|service[-_]?account)([-_.].*)?\.(json|ya?ml|toml|ini|cfg|conf|txt|xml|properties|md)$/,
  /^(credentials|secrets)$/,
  /\.tfvars(\.json)?$/,
  /\.tfstate(\.backup)?$/,
];
const SECRET_FOLDERS = ['.ssh', '.aws', '.gnupg', '.azure', '.kube', '.docker'];

/** What issuers of keys put at their beginning, with as much behind it as theirs have. */
const TOKENS = new RegExp(
  [
    '\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b', // AWS
    '\\bgh[pousr]_[A-Za-z0-9]{36}', // GitHub
    '\\bgithub_pat_[A-Za-z0-9_]{22}',
    '\\bglpat-[\\w-]{20}', // GitLab
    '\\bxox[abeoprs]-[\\w-]{10}', // Slack
    '\\bAIza[\\w-]{35}', // Google
    '\\b[rs]k_live_[A-Za-z0-9]{16}', // Stripe
    '\\bsk-[A-Za-z0-9_-]{20}', // OpenAI, Anthropic
    '\\bnpm_[A-Za-z0-9]{36}',
    '\\bpypi-[\\w-]{40}',
    '\\bhf_[A-Za-z0-9]{30}',
    '\\bSG\\.[\\w-]{16,}\\.[\\w-]{16}', // SendGrid
    '\\beyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10}', // a signed JSON web token
    '[a-z][a-z0-9+.-]*://[^\\s/:@\'"]+:[^\\s/:@\'"{}$<>]{3,}@', // a URL with a password
  ].join('|'),
);
const KEY_BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----/;
const KEY_END = /-----END [A-Z ]*PRIVATE KEY( BLOCK)?-----/;
/** `api_key = "..."`; what is quoted is judged by itself. */
const ASSIGNMENT =
  /(?:secret|passw(?:or)?d|token|api[-_]?key|access[-_]?key|private[-_]?key|credential)\w*['"]?\]?\s*[:=]{1,2}\s*(['"`])([^'"`\s]{16,})\1/i;

/** Whether a file of this name is for keys and passwords: it is not even read. */
export function isSecretPath(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = parts.pop()!;
  return parts.some((part) => SECRET_FOLDERS.includes(part)) || SECRET_NAMES.some((secret) => secret.test(name));
}

/** Whether a text holds something shaped like a key or a password. */
export function holdsSecret(text: string): boolean {
  return secretLines(text.split('\n')).size > 0;
}

/** A text without the lines that hold something shaped like a key or a password. */
export function withoutSecrets(text: string, t: Translate = inEnglish): Cut {
  const lines = text.split('\n');
  const secret = secretLines(lines);
  if (secret.size === 0) return { text };
  const cut =
    secret.size === 1 ? t('1 line that looks like a secret') : t('{0} lines that look like a secret', secret.size);
  return { text: lines.filter((_, index) => !secret.has(index)).join('\n'), cut };
}

function secretLines(lines: string[]): Set<number> {
  const found = new Set<number>();
  let inKey = false;
  for (const [index, line] of lines.entries()) {
    if (KEY_BEGIN.test(line)) inKey = true;
    if (inKey || TOKENS.test(line) || isRandom(ASSIGNMENT.exec(line)?.[2])) found.add(index);
    // A key on one line has its end there too.
    if (KEY_END.test(line)) inKey = false;
  }
  return found;
}

/** Words, paths and placeholders say something; a key has letters and digits in no order. */
function isRandom(value: string | undefined): boolean {
  if (value === undefined || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  const entropy = [...counts.values()].reduce((sum, count) => {
    const share = count / value.length;
    return sum - share * Math.log2(share);
  }, 0);
  return entropy >= 3.3;
}
