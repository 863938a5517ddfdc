import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absolute, filesBelow } from '../support/files.ts';

const files = filesBelow('');
const read = (path: string): string => readFileSync(absolute(path), 'utf8');

describe('the files of the repository', () => {
  test('are there', () => {
    expect(files).toContain('package-lock.json');
    expect(files).toContain('test/architecture/files.test.ts');
  });

  test('no source is longer than 600 lines', () => {
    const sources = files.filter((path) => /\.([cm]?[jt]sx?|py|css)$/.test(path));
    expect(sources).toContain('test/architecture/files.test.ts');
    const long = sources.filter((path) => read(path).split('\n').length - 1 > 600);
    expect(long).toEqual([]);
  });

  // Installing works behind any mirror, so that no file says where packages come from.
  test('name no host of a package registry', () => {
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['registry', 'yarnpkg', 'com'],
      ['npm', 'pkg', 'github', 'com'],
      ['pypi', 'org'],
      ['pythonhosted', 'org'],
    ].map((words) => words.join('.'));
    const naming = files.filter((path) => {
      const text = read(path);
      return hosts.some((host) => text.includes(host));
    });
    expect(naming).toEqual([]);
  });

  test('the lock file says what is installed, not from where', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const entries = Object.values(lock.packages);
    expect(entries.length).toBeGreaterThan(10);
    const places = entries.flatMap(({ resolved }) => resolved ?? []).sort();
    expect(places).toEqual(['packages/cli', 'packages/core']);
  });
});
