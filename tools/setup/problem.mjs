/** A set-up step that cannot go on, with what the user can do about it. */
export class SetupProblem extends Error {
  name = 'SetupProblem';

  /**
   * @param {string} message what is wrong, as a sentence
   * @param {string} remedy what to do now, as a sentence
   * @param {unknown} [cause]
   */
  constructor(message, remedy, cause) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** Runs a script's main function; a problem ends the process with its remedy instead of a stack trace. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    console.error(`coppice: ${error.message}\n  ${error.remedy}`);
    if (error.cause) console.error(`  (${error.cause instanceof Error ? error.cause.message : error.cause})`);
    process.exitCode = 3;
  }
}
