"""A pytest plugin that tells of every case as soon as it is there."""
import os
import sys

import pytest
from _pytest.runner import runtestprotocol

import coppice_guard
import coppice_records
from coppice_records import record

# Workers of pytest-xdist load plugins too; their controller tells for them.
if 'PYTEST_XDIST_WORKER' in os.environ:
    def record(**fields):
        pass


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


# Where a fork server runs this and has not forked yet.
ahead = None


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    # Settings and plugins are loaded, nothing is captured yet: each of its forks goes on from here, or from where tests are collected.
    global ahead
    forks = sys.modules.pop('coppice_forks', None)
    if forks is not None:
        forks.look_at_tests(early_config)
        if forks.ahead is None:
            forks.serve()
        elif not forks.ahead.at_conftests(early_config):
            ahead = forks.ahead
    elif 'PYTEST_XDIST_WORKER' not in os.environ:
        coppice_records.read_key()
    yield


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection(session):
    if ahead is not None:
        ahead.at_collection(session)
    yield
    if ahead is not None:
        ahead.after_collection()


outcomes = {}
guard = coppice_guard.Guard(
    *(f'_pytest.{name}' for name in ('main', 'runner', 'python', 'python_api', 'raises', 'reports', 'outcomes', 'unittest', 'skipping')),
    '_pytest.assertion', '_pytest.assertion.rewrite', '_pytest.assertion.util', 'pluggy._hooks', 'pluggy._callers', 'pluggy._manager',
)


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
        guard.holds()
        outcomes.pop(report.nodeid)
        record(event='case', id=report.nodeid, **outcome)


def equal():
    assert [1] == [2]


def raises():
    with pytest.raises(ValueError):
        pass


def near():
    assert 1.0 == pytest.approx(2.0)


def control():
    """Fails where each of them fails."""
    for test in (equal, raises, near):
        try:
            test()
        except BaseException:
            continue
        return
    raise AssertionError


class Control(pytest.Function):
    def repr_failure(self, excinfo):
        """Nobody reads it, and to word it takes longer than a quick test."""
        return 'control'


@pytest.hookimpl(hookwrapper=True)
def pytest_runtestloop(session):
    """A test that must fail does so: nobody has changed what a failure is."""
    yield
    held = True
    # A controller of pytest-xdist has no items and never loads what is tested.
    if session.items:
        # Of the session and not of a module, whose fixtures would all be made once more.
        item = Control.from_parent(session, name='control', callobj=control)
        held = any(report.failed for report in runtestprotocol(item, log=False))
    record(event='control', held=held and guard.holds())


def pytest_collectreport(report):
    if report.failed:
        record(event='case', id=report.nodeid, status='error', ms=0, message=report.longreprtext[-2000:])


def pytest_sessionfinish(session, exitstatus):
    record(event='end')
