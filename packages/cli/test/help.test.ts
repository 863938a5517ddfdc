import { describe, expect, test } from 'vitest';
import { python } from '../../../test/support/python.ts';
import { matgrad } from './support.ts';

test('the bare command says what it does, with one example', async () => {
  expect(await matgrad([])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "",
      "out": "matgrad derives gradients of matrix formulas as on paper, and checks them.

      matgrad derive '1/(2m) (Xθ − y)ᵀ(Xθ − y)' --wrt θ

    Commands: derive, check, export, functions, completion. \`matgrad --help\` says more.
    ",
    }
  `);
});

describe('help leads with examples, on standard output', () => {
  test.each([
    [['--help']],
    [['derive', '--help']],
    [['check', '-h']],
    [['export', '-h']],
    [['functions', '--help']],
    [['completion', '--help']],
  ])('%j', async (words) => {
    const { code, out, err } = await matgrad(words);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/^Examples:\n {2}matgrad /);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toMatchSnapshot();
  });
});

test('the version', async () => {
  const { code, out } = await matgrad(['--version']);
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('usage errors exit 2, with a hint', () => {
  test.each([
    [['derive']],
    [['derive', 'x', '--whre', 'x: 1']],
    [['derive', 'x', '-q']],
    [['derive', 'x', 'y']],
    [['derive', 'x', '--seed', 'many']],
    [['derive', 'x', '--seed', '-1']],
    [['derive', 'x', '--points', '0']],
    [['derive', 'x', '--wrt']],
    [['derive', 'x', '--color', 'pink']],
    [['derive', 'x', '--latex', '--json']],
    [['derive', '']],
    [['export', 'x']],
    [['export', 'x', '--to', 'cobol']],
    [['functions', 'sofmax']],
    [['functions', 'xyzzyx']],
    [['completion', 'tcsh']],
    [['drive', 'x']],
    [['xᵀAx', '--wrt', 'x']],
    [['--wrt', 'x']],
  ])('%j', async (words) => {
    const { code, out, err } = await matgrad(words);
    expect(code).toBe(2);
    expect(out === '').toBe(!words.includes('--json'));
    expect(err).not.toMatch(/^\s+at /mu);
    expect(err).toMatchSnapshot();
  });

  test('JSON stays JSON', async () => {
    const { code, out } = await matgrad(['derive', 'x', '--json', '--whre', 'y']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      results: [],
      diagnostics: [{ code: 'usage' }],
    });
  });
});

describe('functions', () => {
  test('the list', async () => {
    const { code, out } = await matgrad(['functions']);
    expect(code).toBe(0);
    expect(out).toContain('softmax(x, axis=1)');
  });

  test('one of them', async () => {
    expect((await matgrad(['functions', 'tanh'])).out).toContain('d tanh(x)');
  });
});

describe('the examples in the help work', () => {
  test.each(['derive', 'check', 'export', 'functions', 'completion'])('of %s', async (command) => {
    const { out } = await matgrad([command, '--help']);
    const lines = [...out.matchAll(/^ {2}(?:echo '(.*)' \| )?matgrad (.*?)(?: [|>] .*)?$/gmu)];
    expect(lines.length).toBeGreaterThan(0);
    for (const [line, stdin = '', words = ''] of lines) {
      const argv = [...words.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(
        ([, single, double, bare]) => single ?? double ?? bare ?? '',
      );
      const file = argv.indexOf('-o');
      if (file >= 0) argv.splice(file, 2);
      const interpreter = python();
      if (argv.includes('--python') && !interpreter) continue;
      const env = interpreter ? { PYTHON: interpreter } : {};
      const { code, err } = await matgrad(argv, { stdin, env });
      expect({ line, code, err }).toEqual({ line, code: 0, err: '' });
    }
  });
});
