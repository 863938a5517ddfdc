import { describe, expect, test } from 'vitest';
import { checkOf, DEFECTS, PROPERTIES } from './defects.ts';

describe('the check', () => {
  test.each(PROPERTIES)('$name', ({ holds }) => {
    expect(holds(checkOf({}))).toBe(true);
  });

  test.each(DEFECTS)('with %s breaks what is promised', (_, parts, name) => {
    const broken = PROPERTIES.filter((p) => !p.holds(checkOf(parts))).map((p) => p.name);
    expect(broken).toContain(name);
  });
});
