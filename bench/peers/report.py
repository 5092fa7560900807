"""What the peers have in common: the facts of the machine, the time that is left, warming up, sampling, and the one
JSON object that comes out whatever happens."""

import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

# Two readings in a row closer than this count as warm.
WARM_WITHIN = 0.02
MOST_WARM_READINGS = 12
SAMPLES = 20


class TimeUp(Exception):
    """The limit has passed, or the process was told to end: report what there is."""


def note(text):
    print(text, file=sys.stderr, flush=True)


def machine():
    facts = {
        'platform': f'{platform.system()} {platform.machine()} {platform.release()}',
        'processors': os.cpu_count(),
        'python': platform.python_version(),
    }
    if shutil.which('nvidia-smi'):
        query = 'name,driver_version,memory.total,clocks.sm,clocks.mem,temperature.gpu'
        asked = subprocess.run(['nvidia-smi', f'--query-gpu={query}', '--format=csv,noheader'],
                               capture_output=True, text=True, timeout=20, check=False)
        facts['gpu'] = asked.stdout.strip()
    return facts


def figure(samples):
    quartiles = statistics.quantiles(samples, n=4) if len(samples) > 1 else [samples[0]] * 3
    median = statistics.median(samples)
    return {
        'median': median,
        'min': min(samples),
        'max': max(samples),
        'spread': (quartiles[2] - quartiles[0]) / median,
        'samples': samples,
    }


def parse_rows(text, fields):
    """`mode:N:P,...` with as many fields as named; the first is a word, the others are numbers."""
    rows = []
    for part in filter(None, text.replace(' ', '').split(',')):
        mode, *numbers = part.split(':')
        if len(numbers) + 1 != len(fields):
            raise SystemExit(f'{part}: expected {":".join(fields)}')
        rows.append(dict(zip(fields, [mode, *map(int, numbers)], strict=True)))
    return rows


class Report:
    """Owns the result object. `out` is rewritten after every row, since native code may take the process with it."""

    def __init__(self, bench, limit, out, settings):
        self.started = time.monotonic()
        self.limit = limit
        self.out = Path(out) if out else None
        self.result = {
            'bench': bench, 'machine': machine(), 'versions': {}, 'settings': settings,
            'check': [], 'rows': [], 'leftOut': [], 'seconds': 0,
        }
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_end)

    def _told_to_end(self, *_):
        raise TimeUp

    def left(self):
        return self.limit - (time.monotonic() - self.started)

    def check(self, what, error, tolerance):
        """Records one comparison and says whether it holds. Not-a-number never does."""
        holds = error <= tolerance
        self.result['check'].append({'what': what, 'error': error if error == error else None,
                                     'tolerance': tolerance, 'ok': holds})
        note(f'{"ok" if holds else "FAILED"} {what}: error {error:.2e}, at most {tolerance:.0e}')
        return holds

    def note(self, text):
        """Something a reader of the result should know."""
        note(text)
        self.result.setdefault('notes', []).append(text)

    def row(self, of, **content):
        self.result['rows'].append({'of': of, **content})
        self.save()

    def measured(self, of, samples, tokens, **content):
        """samples: milliseconds a step; tokens: produced (or read, for a prefill) in each step."""
        step = figure(samples)
        rate = tokens / step['median'] * 1000
        name = ' '.join(f'{key}={value}' for key, value in of.items())
        note(f'{name}: {step["median"]:.3f} ms ({step["min"]:.3f}-{step["max"]:.3f}), {rate:,.0f} tok/s '
             f'(after {self.limit - self.left():.0f} s)')
        self.row(of, figures={'stepMs': step}, tokensPerSecond=rate, **content)

    def failed(self, of, why):
        note(f'{of}: {why}')
        self.row(of, error=why)

    def save(self):
        self.result['seconds'] = round(self.limit - self.left(), 1)
        if self.out:
            part = self.out.with_suffix('.part')
            part.write_text(json.dumps(self.result))
            part.replace(self.out)

    def run_rows(self, rows, run):
        """run(row) for each while there is time; the others are named as left out."""
        waiting = list(rows)
        try:
            while waiting and self.left() > 0:
                run(waiting[0])
                waiting.pop(0)
        except TimeUp:
            note('the time is up')
        self.result['leftOut'] += waiting

    def print(self):
        self.save()
        print(json.dumps(self.result))


def steady(reading, left):
    """Repeats reading() -> milliseconds a step until two in a row agree. Returns all of them."""
    readings = [reading()]
    while len(readings) < MOST_WARM_READINGS:
        if left() <= 0:
            raise TimeUp
        readings.append(reading())
        if abs(readings[-1] - readings[-2]) <= WARM_WITHIN * min(readings[-2:]):
            break
    return readings
