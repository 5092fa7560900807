import { findPython } from '../runtime/python.ts';
import { forksArguments, forksHarness } from './forks.ts';
import type { Framework } from './framework.ts';
import { readRecords } from './record.ts';

const PLUGIN = 'coppice_pytest';
/** pytest's own exit codes: https://docs.pytest.org/en/stable/reference/exit-codes.html */
const INTERNAL_ERROR = 3;
const USAGE_ERROR = 4;

/**
 * pytest with the project's own configuration and a plugin that tells of every case as soon as it is there. (JUnit
 * XML is written at the end only: after a candidate that hangs there would be nothing.)
 */
export function pytestFramework(files: string[], workspace: string): Framework {
  const python = findPython(workspace, { pytest: true });
  const args = ['-q', '--color=no', '-p', PLUGIN, '-p', 'no:cacheprovider', ...files];
  const env = (root: string, harness: string) => ({ ...python.env, PYTHONPATH: harness, COPPICE_ROOT: root });
  return {
    readable: python.readable,
    harness: { [`${PLUGIN}.py`]: SOURCE, ...forksHarness() },
    command: (root, harness) => ({ argv: [python.path, '-m', 'pytest', ...args], env: env(root, harness) }),
    forking: (root, harness, user) => ({
      argv: [python.path, ...forksArguments(harness, root, user, { kind: 'module', name: 'pytest', args })],
      env: env(root, harness),
    }),
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome) => {
      if (outcome.exitCode === USAGE_ERROR) return 'pytest did not accept its arguments or the configuration';
      if (outcome.exitCode === INTERNAL_ERROR) return 'pytest failed inside itself';
      return undefined;
    },
  };
}

const SOURCE = String.raw`import json
import os
import sys

import pytest

root = os.environ.get('COPPICE_ROOT', '')
# Workers of pytest-xdist load plugins too; their controller tells for them.
records = None
if 'PYTEST_XDIST_WORKER' not in os.environ:
    records = os.fdopen(3, 'w', encoding='utf-8', errors='backslashreplace')
    os.set_inheritable(3, False)


def record(**fields):
    if records is not None:
        records.write(json.dumps(fields) + '\n')
        records.flush()


def message_of(report):
    crash = getattr(report.longrepr, 'reprcrash', None)
    return crash.message if crash is not None else report.longreprtext


def line_of(report):
    """The last line of the test's own file that the failure went through."""
    found = report.location[1]
    found = None if found is None else found + 1
    traceback = getattr(report.longrepr, 'reprtraceback', None)
    for entry in getattr(traceback, 'reprentries', []):
        place = getattr(entry, 'reprfileloc', None)
        if place is not None and os.path.normpath(place.path) == os.path.normpath(report.location[0]):
            found = place.lineno
    return found


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests():
    # Settings and plugins are loaded, nothing is captured yet: where a fork server runs this, each of its forks goes on from here.
    forks = sys.modules.pop('coppice_forks', None)
    if forks is not None:
        forks.serve()
    yield


outcomes = {}


def pytest_runtest_logstart(nodeid, location):
    outcomes[nodeid] = {'status': 'passed', 'ms': 0.0}
    record(event='start', id=nodeid)


def pytest_runtest_logreport(report):
    outcome = outcomes.setdefault(report.nodeid, {'status': 'passed', 'ms': 0.0})
    outcome['ms'] += report.duration * 1000
    if report.failed and outcome['status'] != 'failed':
        outcome['status'] = 'failed' if report.when == 'call' else 'error'
        outcome['message'] = message_of(report)
        outcome['file'] = report.location[0].replace(os.sep, '/')
        outcome['line'] = line_of(report)
    elif report.skipped and outcome['status'] == 'passed':
        outcome['status'] = 'skipped'
    if report.when == 'teardown':
        outcomes.pop(report.nodeid)
        record(event='case', id=report.nodeid, **outcome)


def pytest_collectreport(report):
    if report.failed:
        record(event='case', id=report.nodeid, status='error', ms=0, message=report.longreprtext[-2000:])


def pytest_sessionfinish(session, exitstatus):
    record(event='end')
`;
