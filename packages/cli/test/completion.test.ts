import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { SHELLS } from '../src/program.ts';
import { matgrad } from './support.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

describe.each(SHELLS)('%s', (shell) => {
  test('knows every command, option and choice', async () => {
    const { code, out } = await matgrad(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['derive', 'export', 'functions', 'completion', 'where', 'numpy', 'auto'])
      expect(out).toContain(word);
  });
});

// Of the shells, those that this machine has.
test.each(SHELLS.filter(has))('%s can read its script', async (shell) => {
  const { out } = await matgrad(['completion', shell]);
  const read = spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' });
  expect(read.stderr).toBe('');
  expect(read.status).toBe(0);
});

const complete = async (...words: string[]): Promise<string[]> => {
  const { out } = await matgrad(['completion', 'bash']);
  const list = words.map((w) => `'${w}'`).join(' ');
  const script = `${out}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _matgrad; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
};

test('bash completes commands, options, their choices, and functions', async () => {
  expect(await complete('matgrad', 'de')).toEqual(['derive']);
  expect(await complete('matgrad', 'derive', '--wh')).toEqual(['--where']);
  expect(await complete('matgrad', 'derive', '--color', 'a')).toEqual(['auto', 'always']);
  expect(await complete('matgrad', 'functions', 'softm')).toEqual([
    'softmax_cross_entropy',
    'softmax',
  ]);
});
