/** A reporter for jest. The runner beside it takes the tests of ours out before jest counts. */
const { CONTROL, fileOf, ids, lineIn, messageOf } = require('./coppice-cases.cjs');
const record = require('./coppice-records.cjs').claimRecords();
const { controls } = require('./coppice-jest-runner.cjs');

module.exports = class Reporter {
  #idOf = ids();
  #told = new Map();
  #files = new Set();

  #tell(path, result) {
    const key = `${path}\0${result.ancestorTitles.join('\0')}\0${result.title}\0${result.location?.line}\0${result.invocations}`;
    if (result.title === CONTROL || this.#told.has(key)) return;
    this.#told.set(key, true);
    const status = { passed: 'passed', failed: 'failed' }[result.status] ?? 'skipped';
    const [text] = result.failureMessages;
    const details = result.failureDetails?.[0];
    const error = details?.message ? details : text?.replace(/\n\s+at [\s\S]*$/, '');
    record({
      event: 'case',
      id: this.#idOf(path, [...result.ancestorTitles, result.title]),
      status,
      ms: result.duration ?? 0,
      message: status === 'failed' ? messageOf(error) : undefined,
      file: fileOf(path),
      line: (status === 'failed' ? lineIn(text, path) : undefined) ?? result.location?.line,
    });
  }

  onTestCaseResult({ path }, result) {
    this.#tell(path, result);
  }

  onTestResult({ path }, { testResults, testExecError }) {
    for (const result of testResults) this.#tell(path, result);
    if (testExecError) {
      const file = fileOf(path);
      record({ event: 'case', id: file, status: 'error', ms: 0, message: messageOf(testExecError), file });
    } else {
      this.#files.add(path);
    }
  }

  onRunComplete() {
    record({ event: 'control', held: [...this.#files].every((path) => controls.get(path) === true) });
    record({ event: 'end' });
  }
};
