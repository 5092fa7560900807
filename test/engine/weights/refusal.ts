import assert from 'node:assert/strict';
import { CoppiceError, type ErrorCode } from '../../../src/core/errors.ts';

/** A broken file must not make anyone wait. */
const PATIENCE_MS = 2000;

/** Asserts that `work` fails with one of these codes, soon, and with a message and a remedy that a person can read. */
export async function assertRefused(work: () => unknown, ...codes: ErrorCode[]): Promise<CoppiceError> {
  const start = performance.now();
  const error = await caught(work);
  assert.ok(error !== undefined, `should have been refused with ${codes.join(' or ')}`);
  assertReadable(error);
  assert.ok(codes.includes(error.code), `refused with ${error.code} (${error.message}), not ${codes.join(' or ')}`);
  assert.ok(performance.now() - start < PATIENCE_MS, 'the refusal took too long');
  return error;
}

/** Asserts that `work` either succeeds or fails with a readable CoppiceError; the value, if it succeeded. */
export async function allowed<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    assertReadable(error);
    return undefined;
  }
}

async function caught(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

function assertReadable(error: unknown): asserts error is CoppiceError {
  assert.ok(
    error instanceof CoppiceError,
    `not a CoppiceError: ${error instanceof Error ? error.stack : typeof error}`,
  );
  assert.notEqual(error.code, 'internal', error.message);
  assert.ok(error.message.length <= 500, `a message of ${error.message.length} characters`);
  assert.match(error.message, /\.$/);
  assert.match(error.remedy, /^[A-Z].*\.$/);
}
