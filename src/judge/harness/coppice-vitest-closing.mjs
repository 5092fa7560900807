/** Set up before anything else, so that it is done after all of it. */
import { afterAll } from 'vitest';

afterAll(() => globalThis[Symbol.for('coppice.close')]());
