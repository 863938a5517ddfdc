import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../src/run.ts';
import { matgrad } from './support.ts';

const REGRESSION = ['derive', '1/(2m) (Xθ − y)ᵀ(Xθ − y)', '--where', 'X: m×n; y: m; θ: n', '--wrt'];

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'matgrad-'));
  mkdirSync(join(cwd, 'folder'));
  mkdirSync(join(cwd, 'folder.mg'));
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'line.mg': 'x: n\nJ = xᵀx\n',
    plain: 'x: n\nJ = xᵀx\n',
    'bom.mg': '\ufeffx: n\r\nJ = xᵀx\r\n',
    'empty.mg': '',
    'blank.mg': ' \n\n',
    'comments.mg': '# nothing yet\n',
    'nul.mg': 'x: n\0\nJ = xᵀx',
    'binary.mg': Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00, 0x80),
    'huge.mg': `# ${'x'.repeat(4_100_000)}`,
    'long.mg': `# ${'x'.repeat(1_100_000)}\nJ = xᵀx`,
    'wrong.mg': 'X: m×n\ny: m\nJ = ‖X y‖²\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('linear regression', () => {
  test('as text, everything in its order', async () => {
    const { code, out, err } = await matgrad([...REGRESSION, 'θ']);
    expect(code).toBe(0);
    expect(err).toBe('');
    const parts = [
      'X      m×n',
      'as scalars',
      'factors',
      'wanted',
      '✓',
      'why',
      '∂J/∂θ = 1/m Xᵀ(Xθ − y)',
    ];
    const places = [...parts, 'checked'].map((p) => out.indexOf(p));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('several variables, by commas or by repetition', async () => {
    const once = await matgrad([...REGRESSION, 'θ,X']);
    const twice = await matgrad([...REGRESSION, 'θ', '--wrt', 'X']);
    expect(once.out).toContain('∂J/∂θ = 1/m Xᵀ(Xθ − y)');
    expect(once.out).toContain('∂J/∂X = 1/m (Xθ − y)θᵀ');
    expect(twice.out).toBe(once.out);
  });

  test('in ASCII, which is 7-bit', async () => {
    const { out } = await matgrad([...REGRESSION, 'θ', '--ascii', '--explain']);
    expect(out).toContain("dJ/dtheta = 1/m*X'*(X*theta - y)");
    expect(out).toMatch(/^[\n -~]*$/);
  });

  test.each(['trick', 'differential', 'index'])('explained by %s', async (how) => {
    const { code, out } = await matgrad([...REGRESSION, 'θ', '--explain', how]);
    expect(code).toBe(0);
    expect(out.includes('the trick')).toBe(how === 'trick');
    expect(out.includes('derivation')).toBe(how !== 'trick');
    expect(out).not.toMatch(/^steps/mu);
    const ascii = await matgrad([...REGRESSION, 'θ', '--explain', how, '--ascii']);
    expect(ascii.out).toMatch(/^[\n -~]*$/);
  });

  test.each([
    ['numerator', '(Xθ − y)ᵀX'],
    ['differential', 'dJ = 1/m Xᵀ(Xθ − y) : dθ'],
    ['index', '∂J/∂θ[i] = 1/m'],
  ])('in %s layout, which is named', async (layout, formula) => {
    const { out } = await matgrad([...REGRESSION, 'θ', '--layout', layout]);
    expect(out).toContain(formula);
    expect(out).toContain(`(${layout} layout)`);
  });

  test('in LaTeX and Markdown', async () => {
    for (const option of ['--latex', '--markdown']) {
      const { code, out } = await matgrad([...REGRESSION, 'θ', option]);
      expect(code).toBe(0);
      expect(out).toContain(
        '\\frac{\\partial J}{\\partial \\theta} = \\frac{1}{m} X^\\top (X \\theta - y)',
      );
    }
  });

  test('as JSON', async () => {
    const { code, out } = await matgrad([
      ...REGRESSION,
      'θ',
      '--json',
      '--seed',
      '7',
      '--points',
      '2',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      declarations: [{ name: 'X', shape: ['m', 'n'], inferred: false }, {}, {}, {}, {}],
      results: [
        {
          wrt: 'θ',
          kind: 'gradient',
          shape: ['n'],
          text: '1/m Xᵀ(Xθ − y)',
          latex: '\\frac{1}{m} X^\\top (X \\theta - y)',
          trick: { verdict: 'unique', arrangements: [{ text: '1/m Xᵀ(Xθ − y)', passes: true }] },
          check: { verdict: 'passed', points: 2, seed: 7 },
        },
      ],
      diagnostics: [],
    });
  });

  test('the same seed, the same check', async () => {
    const run = async (seed: string): Promise<string> =>
      (await matgrad([...REGRESSION, 'θ', '--seed', seed])).out;
    expect(await run('3')).toBe(await run('3'));
    expect(await run('3')).not.toBe(await run('4'));
  });

  test('without its check, without the trick', async () => {
    const { code, out } = await matgrad([...REGRESSION, 'θ', '--no-check', '--no-trick']);
    expect(code).toBe(0);
    expect(out).toContain('not checked');
    expect(out).not.toContain('arrangements');
  });
});

describe('a formula that begins with a minus', () => {
  test.each([
    [["-y'*log(X*softmax(t))", '--wrt', 't']],
    [['-x']],
    [['-sum(tanh(x))']],
    [['--no-check', '-½ xᵀx']],
    [['--', '-x']],
  ])('%j', async (words) => {
    const { code, out, err } = await matgrad(['derive', ...words]);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/J = −/u);
  });
});

describe('files', () => {
  test.each(['line.mg', 'plain', 'bom.mg'])('%s', async (file) => {
    const { code, out } = await matgrad(['derive', file], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('∂J/∂x = 2x');
  });

  test.each([
    ['x: n\nJ = xᵀx\n'],
    ['xᵀx'],
    ['# the square\nsum(x ⊙ x)\n'],
    ['sum(ones(3,4) x, axis=0)ᵀ 1\n'],
  ])('standard input: %j', async (stdin) => {
    const { err } = await matgrad(['derive', '-'], { stdin });
    expect(err).not.toContain('does neither');
  });

  test.each([
    ['empty.mg', 'is empty'],
    ['blank.mg', 'is empty'],
    ['comments.mg', ''],
    ['nul.mg', 'not text'],
    ['binary.mg', 'not text'],
    ['huge.mg', 'too large'],
    ['long.mg', ''],
    ['missing.mg', 'no file'],
    ['no/such/place.mg', 'no file'],
    ['folder', 'is a directory'],
    ['folder.mg', 'is a directory'],
    ['wrong.mg', 'wrong.mg'],
  ])('%s is refused', async (file, message) => {
    const { code, out, err } = await matgrad(['derive', file], { cwd });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).not.toMatch(/^\s+at .*:\d+/mu);
    const json = await matgrad(['derive', file, '--json'], { cwd });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ schema: 1, results: [], diagnostics: [{}] });
  });

  test('standard input that is empty or binary', async () => {
    for (const stdin of ['', Uint8Array.of(0, 255)]) {
      const { code, err } = await matgrad(['derive', '-'], { stdin });
      expect(code).toBe(2);
      expect(err).toContain('standard input is');
    }
  });
});

describe('bad input', () => {
  test.each([
    ['Xy', ['--where', 'X: m×n; y: m'], 'shape-mismatch'],
    ['xᵀx', ['--wrt', 'z'], 'unknown-name'],
    ['sum((x)', [], 'unclosed-bracket'],
    ['x + ', [], 'missing-operand'],
    ['nᵀX', ['--where', 'n: m; X: m×n'], 'dimension-and-variable'],
    ['‖x‖²', ['--where', 'x: n', '--set', 'n=[3'], 'bad-size'],
    ['‖x‖²', ['--where', 'x: n', '--set', 'n=3, k=4'], 'bad-size'],
    ['('.repeat(1_000_000), [], ''],
    ['sin('.repeat(250_000), [], ''],
    ['x'.repeat(1_000_001), [], 'too-long'],
    ['\u0000', [], ''],
    ['💥', [], ''],
  ])('%.20s %j', async (formula, options, code) => {
    const { code: exit, out, err } = await matgrad(['derive', formula, ...options]);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
    expect(err).not.toContain('internal error');
    expect(err).not.toMatch(/^\s+at .*:\d+/mu);
    const json = await matgrad(['derive', formula, ...options, '--json']);
    const { diagnostics } = JSON.parse(json.out) as { diagnostics: { code: string }[] };
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics[0]?.code).toContain(code);
  });

  test('a variable that does not occur has a gradient: zero', async () => {
    const { code, out } = await matgrad(['derive', 'xᵀx', '--where', 'x: n; b: k', '--wrt', 'b']);
    expect(code).toBe(0);
    expect(out).toContain('b does not occur in J');
  });
});

describe('exit codes of checks', () => {
  test('one without a verdict exits 1, and says so on standard error', async () => {
    const { code, out, err } = await matgrad(['derive', 'log(-‖x‖²)', '--where', 'x: n']);
    expect(code).toBe(1);
    expect(out).toMatch(/^inconclusive/mu);
    expect(err).toContain('came to no verdict');
  });

  test('a defect is told as one, without a stack', async () => {
    let err = '';
    const code = await run(['derive', '-', '--seed', '3'], {
      out: { write: () => {}, isTerminal: false },
      err: { write: (t) => void (err += t), isTerminal: false },
      stdin: () => Promise.reject(new TypeError('what is this?')),
      env: {},
      cwd,
    });
    expect(code).toBe(2);
    expect(err).toBe(
      'matgrad: internal error: what is this?\n' +
        '  this is a defect of matgrad; please report it with the command:\n' +
        '  matgrad derive - --seed 3\n',
    );
  });
});

describe('colours', () => {
  const coloured = async (
    words: readonly string[],
    env: Readonly<Record<string, string>>,
    terminal?: number,
  ): Promise<boolean> => {
    const around = terminal === undefined ? { env } : { env, terminal };
    const { out } = await matgrad(['derive', 'xᵀx', '--no-check', ...words], around);
    return out.includes('\u001b[');
  };

  test.each([
    [[], {}, undefined, false],
    [[], {}, 80, true],
    [[], { NO_COLOR: '1' }, 80, false],
    [[], { FORCE_COLOR: '1' }, undefined, true],
    [[], { FORCE_COLOR: '0' }, 80, false],
    [[], { TERM: 'dumb' }, 80, false],
    [['--color', 'always'], { NO_COLOR: '1' }, undefined, true],
    [['--color=never'], { FORCE_COLOR: '1' }, 80, false],
  ] as const)('%j %j on %s: %s', async (words, env, terminal, expected) => {
    expect(await coloured(words, env, terminal)).toBe(expected);
  });
});

describe('export', () => {
  test('to standard output, and to a file', async () => {
    const words = ['export', '½ ‖Xθ − y‖²', '--wrt', 'θ', '--to', 'numpy'];
    const { code, out } = await matgrad(words);
    expect(code).toBe(0);
    expect(out).toContain('def derivative(');
    const file = await matgrad([...words, '-o', 'made.mg.py'], { cwd });
    expect(file).toEqual({ code: 0, out: '', err: '' });
  });

  test('to a place that cannot be written', async () => {
    const words = ['export', 'xᵀx', '--to', 'numpy', '-o', 'folder'];
    const { code, err } = await matgrad(words, { cwd });
    expect(code).toBe(2);
    expect(err).toContain('folder cannot be written');
  });

  test('of bad input', async () => {
    const { code, out } = await matgrad([
      'export',
      'Xy',
      '--where',
      'X: m×n; y: m',
      '--to',
      'numpy',
    ]);
    expect(code).toBe(2);
    expect(out).toBe('');
  });
});
