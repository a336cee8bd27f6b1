#!/usr/bin/env python3
"""House rules on files: length, left-over markers, line endings, words of the workplace, executable scripts."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_LINES = 400  # a longer file is two ideas


def tracked():
    names = subprocess.run(['git', 'ls-files', '-co', '--exclude-standard'], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split('\n')
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def problems():
    for path in tracked():
        relative = path.relative_to(ROOT)
        if path.suffix not in {'.cpp', '.hpp', '.py', '.sh', '.txt', '.cmake', '.md', '.yaml', '.go'} and path.suffix:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if 'testdata' in relative.parts or 'corpus' in relative.parts or relative.name == 'LICENSE':
            continue
        lines = text.count('\n')
        if path.suffix in {'.cpp', '.hpp'} and lines > MAX_LINES:
            yield f'{relative}: {lines} lines, more than {MAX_LINES}: two ideas?'
        if path.suffix in {'.cpp', '.hpp'}:
            for match in re.finditer(r'\b(TODO|FIXME|XXX)\b', text):
                yield f'{relative}: {match[0]} left in; open an issue'
            if path.suffix == '.hpp' and not re.search(r'^#pragma once$', text, re.M):
                yield f'{relative}: no #pragma once'
        if re.search(r'CMakeLists|\.cmake$', relative.name) and re.search(r'(?<![\w}])/(tmp|work|home|root)/', text):
            yield f'{relative}: names a path of one machine'
        if '\r' in text or (text and not text.endswith('\n')):
            yield f'{relative}: line endings must be LF, the last one included'


def main():
    found = list(problems())
    for line in found:
        print(line)
    return 1 if found else 0


sys.exit(main())
