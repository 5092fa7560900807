"""What a file of the project is called when it is imported."""
import importlib
import os
import sys


def module_name(root, file):
    """As the tests would import it: the folder around its packages goes on the path."""
    folder, name = os.path.split(file)
    parts = [os.path.splitext(name)[0]]
    while folder and os.path.exists(os.path.join(root, folder, '__init__.py')):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    start = os.path.join(root, folder) if folder else root
    if start not in sys.path:
        sys.path.insert(0, start)
    if len(parts) > 1 and parts[-1] == '__init__':
        parts.pop()
    return '.'.join(parts)


def import_function(root, file, name):
    sys.path[0] = root
    source = os.path.join(root, 'src')
    if os.path.isdir(source):
        sys.path.insert(0, source)
    return getattr(importlib.import_module(module_name(root, file)), name)
