/** A reporter for jest. The runner beside it takes the tests of ours out before jest counts. */
const { CONTROL, fileOf, ids, lineIn, messageOf } = require('./coppice-cases.cjs');
const record = require('./coppice-records.cjs').claimRecords();
const { controls } = require('./coppice-jest-runner.cjs');

module.exports = class Reporter {
  #idOf = ids();
  #told = new Map();
  #files = new Set();

  /** As each case ends, those that run; then all of them, with those that are skipped. */
  #tellRest(path, results) {
    const seen = new Map();
    for (const result of results) {
      const key = keyOf(path, result);
      const times = (seen.get(key) ?? 0) + 1;
      seen.set(key, times);
      if (times > (this.#told.get(key) ?? 0)) this.#tell(path, result);
    }
  }

  #tell(path, result) {
    if (result.title === CONTROL) return;
    const key = keyOf(path, result);
    this.#told.set(key, (this.#told.get(key) ?? 0) + 1);
    const status = { passed: 'passed', failed: 'failed' }[result.status] ?? 'skipped';
    const [text] = result.failureMessages;
    const details = result.failureDetails?.[0];
    const error = details?.message ? details : text;
    record({
      event: 'case',
      id: this.#idOf(path, [...result.ancestorTitles, result.title]),
      status,
      ms: result.duration ?? 0,
      message: status === 'failed' ? messageOf(error).replace(/\n\s+at [\s\S]*$/, '') : undefined,
      file: fileOf(path),
      line: (status === 'failed' ? lineIn(text, path) : undefined) ?? result.location?.line,
    });
  }

  onTestCaseResult({ path }, result) {
    this.#tell(path, result);
  }

  onTestResult({ path }, { testResults, testExecError }) {
    this.#tellRest(path, testResults);
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

function keyOf(path, { ancestorTitles, title }) {
  return JSON.stringify([path, ...ancestorTitles, title]);
}
