"""What the fork server has of pytest before it forks: its parts are loaded, and what is the same in every session is known."""
import atexit
import functools
import os
import pathlib
import platform
import sys
import types
import warnings

SOME_TESTS = '''
import pytest

def test_number(): assert 1 + 1 == 3
def test_text(): assert 'one two' == 'one three'
def test_list(tmp_path, capsys, monkeypatch): assert [1, {'a': 2}] == [1, {'a': 3}]
def test_near(): assert 1.0 == pytest.approx(2.0)
def test_raises():
    with pytest.raises(ValueError): int('x')
@pytest.mark.parametrize('n', [1, 2])
def test_each(n): pass
'''


def remember_names():
    """What the parameters of a hook are called, which pluggy asks of the same functions in every session."""
    import inspect
    import pluggy._hooks

    varnames = pluggy._hooks.varnames
    known = {}

    def remembered(function):
        if not inspect.isroutine(function):
            return varnames(function)
        # Methods are made anew for each object, and differ from their functions by the first parameter.
        key = type(function), getattr(function, '__func__', function)
        if key not in known:
            known[key] = varnames(function)
        return known[key]

    pluggy._hooks.varnames = remembered


def remember_fixtures():
    """Which names of a plugin's module are fixtures: pytest looks at all names of all plugins in every session."""
    import _pytest.fixtures

    known = {}

    def is_fixture(module, name):
        try:
            value = getattr(module, name)
            # The one is how pytest has it from 8.4 on, the other how it had it before.
            return type(value).__name__ == 'FixtureFunctionDefinition' or hasattr(value, '_pytestfixturefunction')
        except BaseException:
            return True

    def names(holder):
        if type(holder) is not types.ModuleType:
            return dir(holder)
        size = len(vars(holder))
        if known.get(holder, (None,))[0] != size:
            known[holder] = size, [name for name in dir(holder) if is_fixture(holder, name)]
        return known[holder][1]

    _pytest.fixtures.dir = names


def remember_rewritten(root, arguments):
    """What assertions of the project's test files are rewritten to. Returns what finds it out, in the session of the project."""
    from _pytest.assertion import rewrite

    rewrite_test = rewrite._rewrite_test
    known = {}

    def remembered(path, config):
        __tracebackhide__ = True
        source, code = known.get(str(path), (None, None))
        if code is not None and path.read_bytes() == source:
            return os.stat(path), code
        return rewrite_test(path, config)

    def look(config):
        for path in [pathlib.Path(root, argument) for argument in arguments if argument.endswith('.py')]:
            # What warns must do so in each session, where a warning may be an error.
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter('always')
                try:
                    found = path.read_bytes(), rewrite_test(path, config)[1]
                except Exception:
                    continue
            if not told:
                known[str(path)] = found

    rewrite._rewrite_test = remembered
    return look


def load(root, arguments):
    """Sessions of tests that pass and fail, which make pytest load its own parts and its plugins."""
    import _pytest.pathlib
    import pytest

    remember_names()
    remember_fixtures()
    look_at_tests = remember_rewritten(root, arguments)
    # Asked by a plugin in every session, and answered by a program that is started for it.
    platform.architecture = functools.lru_cache(platform.architecture)

    nowhere = os.open(os.devnull, os.O_RDWR)
    kept = [(number, os.dup(number)) for number in (1, 2)]
    folder = '/tmp/coppice-some'
    os.makedirs(folder, exist_ok=True)
    with open(folder + '/test_some.py', 'w') as file:
        file.write(SOME_TESTS)
    before = os.getcwd()
    os.chdir(folder)
    for number, _ in kept:
        os.dup2(nowhere, number)
    try:
        # What the first loads makes Python forget which classes are instances of abstract ones.
        for _ in range(2):
            pytest.main(['-q', '-p', 'no:cacheprovider', '--rootdir=' + folder, 'test_some.py'])
            sys.modules.pop('test_some', None)
    finally:
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)
        os.chdir(before)
        # Of folders that no fork sees.
        atexit.unregister(_pytest.pathlib.cleanup_numbered_dir)
        sys.path[:] = [path for path in sys.path if path != folder]
    return look_at_tests
