/** How long tests in the editor wait at most: for the slowest machine that they run on. On a quick one none waits that long. */

/** For what takes the editor a moment: a row, a dialog, an answer. */
export const STEP_LIMIT_MS = 30_000;

/** For the editor itself to start or load, and for processes to start or end. */
export const START_LIMIT_MS = 60_000;

/** For candidates to grow on a software adapter and to be tested, with the start of the engine. */
export const RUN_LIMIT_MS = 150_000;

/** What is to happen at once: of the best of a few attempts, for others take turns with a test. */
export const AT_ONCE_MS = 100;
