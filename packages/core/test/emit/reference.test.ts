import { expect, test } from 'vitest';
import { closestFunction, functionListText, functionText } from '../../src/emit/reference.ts';
import { FUNCTIONS } from '../../src/ops/index.ts';

test('every function stands in the list, on lines of 80 columns', () => {
  const list = functionListText();
  for (const f of FUNCTIONS) expect(list).toContain(f.signature);
  for (const line of list.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('in ASCII', () => {
  expect(functionListText({ ascii: true })).toMatch(/^[\n -~]*$/);
  for (const f of FUNCTIONS) expect(functionText(f.name, { ascii: true })).toMatch(/^[\n -~]*$/);
});

test('all about one, also by an alias', () => {
  expect(functionText('log')).toMatchInlineSnapshot(`
    "log(x)

    is         the natural logarithm, entry by entry
    also       ln
    rule       d log(x) = dx / x
    for        numbers > 0
    in LaTeX   \\log(x)
    example    matgrad derive 'aᵀ log(X b)' --where 'X: m×n positive; a: m; b: n positive' --wrt X
    "
  `);
  expect(functionText('ln')).toBe(functionText('log'));
  expect(functionText('nothing')).toBeUndefined();
  expect(closestFunction('sofmax')).toBe('softmax');
});
