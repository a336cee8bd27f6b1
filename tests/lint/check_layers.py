#!/usr/bin/env python3
"""Holds the folder table of agent/README.md: who may include whom, and which folder seals which third-party header.

Prints one line for each include that the table does not allow and exits 1; CMake's DEPENDS are held against the same table.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

ALLOWED = {
    'base': '',
    'model': 'base',
    'codec': 'base',
    'telemetry': 'base',
    'async': 'base',
    'host': 'base model',
    'pprof': 'base codec',
    'config': 'base model',
    'http': 'base async codec telemetry',
    'store': 'base model codec pprof telemetry',
    'discovery': 'base model async config host http kube telemetry',
    'scrape': 'base model async http codec pprof telemetry',
    'api': 'base model codec telemetry async host pprof config http store discovery scrape',
    'app': 'base model codec telemetry async host pprof config http store discovery scrape api',
    'cli': 'base model codec telemetry async host pprof config http store discovery scrape api app',
}

# A third-party header (regular expression) and the folders that may include it. Asio's awaitable and executor are task.hpp's for all.
SEALED = {
    r'spdlog/': 'base',
    r'fmt/': 'base',
    r'prometheus/': 'telemetry',
    r'protozero/': 'pprof',
    r'libdeflate\.h': 'codec',
    r'zstd\.h': 'codec',
    r'yaml-cpp/': 'config',
    r'boost/beast': 'http',
    r'openssl/': 'http',
    r'boost/url': 'http',
    r'boost/asio': 'async http app',
    r'boost/json': 'api cli',
    r'archive(_entry)?\.h': 'cli',
    r'CLI/': 'cli',
}


def includes(path):
    return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', path.read_text(errors='replace'), re.M)


def problems():
    for path in sorted((ROOT / 'agent').rglob('*.[ch]pp')):
        relative = path.relative_to(ROOT)
        folder = relative.parts[1] if len(relative.parts) > 2 else None
        if folder is None or folder == 'cmake':
            continue
        if folder not in ALLOWED:
            yield f'{relative}: folder {folder} is not in the table of tests/lint/check_layers.py'
            continue
        for header in includes(path):
            other = re.match(r'agent/([a-z_]+)/', header)
            if other and other[1] != folder and other[1] not in ALLOWED[folder].split():
                yield f'{relative}: includes {header}; {folder} may include: {ALLOWED[folder]}'
            for pattern, owners in SEALED.items():
                if re.match(pattern, header) and folder not in owners.split():
                    yield f'{relative}: includes <{header}>, which is sealed in: {owners}'


def cmake_problems():
    for path in sorted((ROOT / 'agent').glob('*/CMakeLists.txt')):
        folder = path.parent.name
        for call in re.findall(r'kprofd_library\(([^)]*)\)', path.read_text()):
            words = call.split()
            if not words or words[0] not in ALLOWED:
                continue
            keyword = None
            for word in words[1:]:
                if word.isupper():
                    keyword = word
                elif keyword == 'DEPENDS' and word not in ALLOWED[words[0]].split():
                    yield f'agent/{folder}/CMakeLists.txt: {words[0]} depends on {word}; the table allows: {ALLOWED[words[0]]}'


def main():
    found = [*problems(), *cmake_problems()]
    for line in found:
        print(line)
    return 1 if found else 0


sys.exit(main())
