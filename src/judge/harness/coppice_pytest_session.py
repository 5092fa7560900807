"""How far the fork server goes on in the session of the project before it forks.

Without a `conftest.py`, nothing of the project is run before pytest collects its tests. Half of what a quick test costs in a fork
is what comes before that, and it is the same for every candidate.
"""
import inspect
import itertools
import os
import pathlib
import sys
import types

# Those that at the start of a session keep nothing that forks must not share: files, threads, what is drawn at random, the time.
KNOWN_PLUGINS = ('_pytest', 'coppice_pytest', '_hypothesis_pytestplugin', 'anyio', 'pytest_benchmark', 'pytest_mock')


class Door:
    """The first of the finders: nothing of the project is loaded in the server, which has rights that its forks give up."""

    def __init__(self, is_of_project, start_over):
        self.is_of_project = is_of_project
        self.start_over = start_over

    def find_spec(self, name, path=None, target=None):
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, 'find_spec', None)
            spec = find and find(name, path, target)
            if spec:
                places = [spec.origin] if spec.has_location else []
                if any(self.is_of_project(place) for place in [*places, *(spec.submodule_search_locations or ())]):
                    self.start_over()
                return spec


class Ahead:
    """`serve` returns in each fork; `start_over` never does, and makes a server that forks before the session."""

    def __init__(self, serve, start_over, is_of_project):
        self.serve = serve
        self.start_over = start_over
        self.door = Door(is_of_project, start_over)
        self.loaded = 0

    def at_conftests(self, config):
        """True where it forked here, since what comes next may be the project's."""
        if not is_alike(config):
            self.serve()
            return True
        sys.meta_path.insert(0, self.door)
        return False

    def at_collection(self, session):
        manager = session.config.pluginmanager
        capture = manager.getplugin('capturemanager')
        # Nobody would say it in the forks.
        if any(capture.read_global_capture()):
            self.start_over()
        # Its files would be those of all forks.
        capture.stop_global_capturing()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        know_modules()
        self.loaded = len(sys.modules)
        sys.meta_path.remove(self.door)
        self.serve()
        capture.start_global_capturing()
        capture.suspend_global_capture()
        reporter = manager.getplugin('terminalreporter')
        if reporter:
            # What it says at the start was not heard, and its clock has run since.
            reporter.pytest_sessionstart(session)

    def after_collection(self):
        try:
            know_modules_since(self.loaded)
        except BaseException:
            # It only saves time, and a candidate may have replaced what it is made of.
            pass


def know_modules():
    """Where all modules are, which the report of a failure asks for."""
    inspect.getmodule(compile('', 'nowhere', 'exec'))


def know_modules_since(count):
    """To look at all of them for a failure in one that is not known is a tenth of the work of a quick test."""
    for name in reversed([*itertools.islice(reversed(sys.modules), max(0, len(sys.modules) - count))]):
        module = sys.modules[name]
        file = vars(module).get('__file__') if type(module) is types.ModuleType else None
        if type(file) is str:
            inspect.modulesbyfile.setdefault(os.path.abspath(file), name)


def is_alike(config):
    """Whether the session starts in the same way for all candidates and without a file of the project's."""
    options = config.known_args_namespace
    plugins = [each for each in config.pluginmanager.get_plugins() if each is not None]
    return (
        all(name_of(plugin).partition('.')[0] in KNOWN_PLUGINS for plugin in plugins)
        and not any(has_conftest(path) for path in ('.', *options.file_or_dir))
        and config.pluginmanager.hasplugin('capture')
        and not logs_to_file(config)
    )


def name_of(plugin):
    return plugin.__name__ if isinstance(plugin, types.ModuleType) else type(plugin).__module__


def has_conftest(argument):
    """As pytest looks for the first of them. One that is not seen here is seen by the door."""
    path = pathlib.Path(os.path.abspath(argument.partition('::')[0]))
    return any((folder / 'conftest.py').exists() for folder in (path, *path.parents)) or any(path.glob('test*/conftest.py'))


def logs_to_file(config):
    try:
        return bool(config.known_args_namespace.log_file or config.getini('log_file'))
    except (AttributeError, KeyError, ValueError):
        return True
