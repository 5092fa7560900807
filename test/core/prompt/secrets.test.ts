import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holdsSecret, isSecretPath, withoutSecrets } from '../../../src/core/prompt/secrets.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const random = (length: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: length, maxLength: length });
const upper = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'), minLength: length, maxLength: length });

test('files for keys and passwords are told by their names, wherever they lie', () => {
  const secret = [
    ...[
      '.env',
      '.env.local',
      'deploy/.env.production',
      'prod.env',
      'server.pem',
      'a/b/tls.key',
      'id_rsa',
      'id_ed25519.pub',
    ],
    ...[
      '.npmrc',
      '.pypirc',
      '.netrc',
      'credentials',
      'credentials.json',
      'config/secrets.yaml',
      'service-account-dev.json',
    ],
    ...['.aws/config', 'home/.ssh/known_hosts', 'prod.tfvars', 'terraform.tfstate', 'Keys.P12'],
  ];
  const plain = [
    ...[
      '.env.example',
      '.env.sample',
      'src/env.ts',
      'keys.py',
      'src/secrets.ts',
      'token.py',
      'credentials.py',
      'monkey.ts',
    ],
    ...['AGENTS.md', 'package.json', 'environment.py', 'src/.eslintrc.json', 'key.ts', 'passwords.test.ts'],
  ];
  assert.deepEqual(
    secret.filter((path) => !isSecretPath(path)),
    [],
  );
  assert.deepEqual(
    plain.filter((path) => isSecretPath(path)),
    [],
  );
});

test('a key of a known issuer is seen wherever it stands in a line', () => {
  const key = fc.oneof(
    upper(16).map((rest) => `AKIA${rest}`),
    random(36).map((rest) => `ghp_${rest}`),
    random(40).map((rest) => `sk-${rest}`),
    random(35).map((rest) => `AIza${rest}`),
    random(36).map((rest) => `npm_${rest}`),
    random(24).map((rest) => `postgres://admin:${rest}@db/main`),
    fc.tuple(random(20), random(30), random(20)).map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`),
  );
  fc.assert(
    fc.property(key, fc.constantFrom('', 'x = "', '# ', 'curl -H '), (secret, before) => {
      assert.ok(holdsSecret(`a = 1\n${before}${secret}\nb = 2\n`), secret);
    }),
  );
});

test('what is assigned to a secret of any name is seen when it is random, and not when it is words', () => {
  const names = ['api_key', 'SECRET_KEY', 'password', 'authToken', "settings['access-key']"];
  for (const name of names) {
    assert.ok(holdsSecret(`${name} = "q7Xf92LmZ0aPw4KdT8sB"`), name);
    assert.ok(!holdsSecret(`${name} = os.environ["THE_SECRET_KEY_1"]`), name);
    assert.ok(!holdsSecret(`${name} = "your-password-goes-here"`), name);
  }
});

test('ordinary code holds no secrets', () => {
  const code = [
    'token = tokens[i]; const key = a + b;',
    'def check_password(password: str, stored: str = "") -> bool:',
    'const sha = "d5f8c0a1b2c3d4e5f60718293a4b5c6d7e8f9012";',
    'fetch("https://example.org/a/b?x=1")',
    'url = f"postgres://{user}:{password}@{host}/db"',
    'assert tokenize("a b") == ["a", "b"]',
    'import { skipLibCheck } from "./sk-options.ts";',
  ];
  assert.deepEqual(code.filter(holdsSecret), []);
});

test('lines with secrets are left out and counted, a private key with all of its lines', () => {
  const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', 'IBAAK', '-----END RSA PRIVATE KEY-----'].join('\n');
  const text = `a = 1\nKEY = """${key}"""\nb = 2\n`;
  assert.deepEqual(withoutSecrets(text), { text: 'a = 1\nb = 2\n', cut: '4 lines that look like a secret' });
  assert.deepEqual(withoutSecrets('a = 1\n'), { text: 'a = 1\n' });
});
