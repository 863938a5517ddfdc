import { describe, expect, test } from 'vitest';
import { python, runPython } from './python.ts';

describe.skipIf(!python())('the Python of the tests', () => {
  test('takes an input and gives an output', async () => {
    const source = 'import numpy as np\noutput = np.array(input["a"]) @ np.array(input["b"])';
    const a = [
      [1, 2],
      [3, 4],
    ];
    expect(await runPython(source, { a, b: Float64Array.of(1, -1) })).toEqual([-1, -1]);
  });

  test('carries the numbers that JSON lacks, both ways', async () => {
    const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1];
    expect(await runPython('output = input', numbers)).toEqual(numbers);
  });

  test('gives each snippet its own names', async () => {
    await runPython('leftover = 1\noutput = 0', null);
    await expect(runPython('output = leftover', null)).rejects.toThrow(/NameError.*leftover/);
  });

  test('keeps concurrent calls apart', async () => {
    const calls = [1, 2, 3, 4].map((n) => runPython('output = input * input', n));
    expect(await Promise.all(calls)).toEqual([1, 4, 9, 16]);
  });

  test('throws the traceback, and what was printed before it', async () => {
    const failing = runPython('print("so far")\nraise ValueError("bad shape")', null);
    await expect(failing).rejects.toThrow(/line 2[\s\S]*ValueError: bad shape[\s\S]*so far/);
    await expect(runPython('pass', null)).rejects.toThrow(/did not set `output`/);
    await expect(runPython('output = object()', null)).rejects.toThrow(/not JSON/);
    await expect(runPython('output = (', null)).rejects.toThrow(/SyntaxError/);
  });

  test('prints do not disturb the answer', async () => {
    const source = 'import os\nprint("x")\nos.write(1, b"y\\n")\noutput = 7';
    expect(await runPython(source, null)).toBe(7);
  });

  test('ends what runs too long or dies, and goes on', async () => {
    await expect(runPython('while True: pass', null, 300)).rejects.toThrow(/longer than 300 ms/);
    await expect(runPython('import os\nos._exit(3)', null)).rejects.toThrow(/Python ended \(3\)/);
    expect(await runPython('output = 1', null)).toBe(1);
  });
});
