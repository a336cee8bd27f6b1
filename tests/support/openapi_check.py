#!/usr/bin/env python3
"""Holds answers against an OpenAPI file.

  openapi_check.py OPENAPI.yaml EXCHANGES.jsonl [--complete] [--except STATUS,...]

Each line of EXCHANGES is {"method", "path", "status", "headers", "body"}, or {"routes": [[method, pattern], ...]}: what the server serves, {*x} being the
rest of a path. Prints what differs and exits 1: an answer that is not described, a body that its schema refuses, a header that is missing. --complete: also a
documented path, method and status that no exchange shows, and a route that is not documented or the other way round.
"""
import argparse
import json
import re
import sys

import jsonschema
import yaml


def pattern_of(template):
    parts = re.split(r'\{([^}]*)\}', template)
    return re.compile(''.join(re.escape(part) if i % 2 == 0 else ('(.*)' if part == 'path' else '([^/]+)') for i, part in enumerate(parts)) + '$')


class Contract:
    def __init__(self, document):
        self.document = document
        self.patterns = [(pattern_of(template), template) for template in document['paths']]

    def resolve(self, node):
        while '$ref' in node:
            target = self.document
            for step in node['$ref'].removeprefix('#/').split('/'):
                target = target[step]
            node = target
        return node

    def operations(self):
        for template, item in self.document['paths'].items():
            for method in ('get', 'post', 'put', 'delete', 'patch'):
                if method in item:
                    yield template, method.upper(), item[method]

    def responses(self):
        return {(method, template, status) for template, method, operation in self.operations() for status in operation['responses']}

    def template_of(self, path):
        fitting = [template for pattern, template in self.patterns if pattern.match(path)]
        return min(fitting, key=lambda template: template.count('{'), default=None)

    def validator(self, schema):
        # The components travel with the schema, so that '#/components/...' resolves in every version of jsonschema.
        schema = {**schema, 'components': self.document['components']}
        return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())

    def problems(self, exchange):
        """What is wrong with one answer, and the operation and status that it shows."""
        where = f"{exchange['method']} {exchange['path']} -> {exchange['status']}"
        path = exchange['path'].split('?')[0]
        template = self.template_of(path)
        if template is None:
            return [f'{where}: no such path in the file'], None
        operation = self.document['paths'][template].get(exchange['method'].lower())
        if operation is None:
            return [f'{where}: no such method in the file'], None
        response = operation['responses'].get(str(exchange['status']))
        if response is None:
            return [f'{where}: no such status in the file'], None
        return [f'{where}: {text}' for text in self.answer_problems(self.resolve(response), exchange)], (exchange['method'], template, str(exchange['status']))

    def answer_problems(self, response, exchange):
        headers = {name.lower(): value for name, value in exchange['headers'].items()}
        for name, header in response.get('headers', {}).items():
            if name.lower() not in headers:
                if header.get('required'):
                    yield f'header {name} is missing'
                continue
            value = headers[name.lower()]
            schema = header.get('schema', {})
            if schema.get('type') == 'integer':
                value = int(value)
            for error in self.validator(schema).iter_errors(value):
                yield f'header {name}: {error.message}'
        kind = headers.get('content-type', '').split(';')[0].strip()
        media = response.get('content', {}).get(kind)
        if media is None:
            yield f"Content-Type {kind!r} is not among {list(response.get('content', {}))}"
            return
        body = exchange['body']
        if kind == 'application/json':
            try:
                body = json.loads(body)
            except ValueError as error:
                yield f'the body is not JSON: {error}'
                return
        for error in self.validator(media.get('schema', {})).iter_errors(body):
            yield f"{'/'.join(map(str, error.absolute_path)) or 'the body'}: {error.message}"


def example_problems(contract):
    for name, schema in contract.document['components']['schemas'].items():
        for error in contract.validator(schema).iter_errors(schema['example']) if 'example' in schema else ():
            yield f'the example of schema {name}: {error.message}'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('openapi')
    parser.add_argument('exchanges')
    parser.add_argument('--complete', action='store_true')
    parser.add_argument('--except', dest='excepted', default='')
    arguments = parser.parse_args()
    with open(arguments.openapi) as file:
        contract = Contract(yaml.safe_load(file))
    found = list(example_problems(contract))
    seen, routes = set(), None
    with open(arguments.exchanges) as file:
        for line in file:
            exchange = json.loads(line)
            if 'routes' in exchange:
                routes = {(method, re.sub(r'\{\*', '{', pattern)) for method, pattern in exchange['routes']}
                continue
            problems, shown = contract.problems(exchange)
            found += problems
            seen.add(shown)
    if arguments.complete:
        documented = {(method, template) for template, method, _ in contract.operations()}
        found += [f'{method} {template}: served but not documented' for method, template in sorted((routes or set()) - documented)]
        found += [f'{method} {template}: documented but not served' for method, template in sorted(documented - (routes or set()))]
        excepted = set(arguments.excepted.split(','))
        missing = sorted(one for one in contract.responses() - seen if one[2] not in excepted)
        found += [f'{method} {template} -> {status}: documented but no answer shows it' for method, template, status in missing]
    for problem in found:
        print(problem)
    return 1 if found else 0


sys.exit(main())
