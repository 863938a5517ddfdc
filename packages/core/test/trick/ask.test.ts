import { describe, expect, test } from 'vitest';
import { toText } from '../../src/emit/text.ts';
import {
  apply,
  delta,
  divide,
  einsum,
  multiply,
  power,
  scale,
  subtract,
  symbol,
  total,
} from '../../src/expr/build.ts';
import { abs, exp, log, pow, sigmoid, step } from '../../src/ops/elementwise.ts';
import { detLeaf, invLeaf, logdetLeaf } from '../../src/ops/matrix.ts';
import { logsumexpLeaf, softmaxLeaf } from '../../src/ops/softmax.ts';
import { unknownElementwise, unknownScalar } from '../../src/ops/unknown.ts';
import { HALF, rational } from '../../src/shape/rational.ts';
import { formatShape } from '../../src/shape/shape.ts';
import { trickFor } from '../../src/trick/ask.ts';
import {
  A,
  a,
  ask,
  B,
  b,
  bent,
  C,
  chainText,
  count,
  half,
  image,
  k,
  layer,
  m,
  marked,
  n,
  network,
  product,
  Q,
  regression,
  residual,
  row,
  S,
  squares,
  V,
  W,
  w,
  X,
  x,
  Y,
  y,
  θ,
  λ,
} from './samples.ts';

describe('shapes decide', () => {
  test('linear regression', () => {
    const trick = ask(regression, θ);
    expect(trick.verdict).toBe('unique');
    const [path] = trick.paths;
    if (!path) throw new Error('no path');
    expect(chainText(path)).toBe('1/(2m) · 2(Xθ − y) · X');
    expect(path.chain.map((f) => formatShape(f.shape))).toEqual(['scalar', 'm', 'm×n']);
    expect(path.chain.map((f) => f.because)).toEqual([
      'd(c u) = c du',
      'd(r²) = 2 r dr',
      'd(Xθ) = X dθ: the factor beside it',
    ]);
    expect(marked(path)).toEqual({ right: ['1/m Xᵀ(Xθ − y)'], wrong: [] });
    expect(path.arrangements[0]?.places).toEqual([
      'm is summed over, so the two m-sides meet: that of X and that of Xθ − y.',
      'n stays, so X stands transposed in front: as n×m it turns its n outwards and its m to Xθ − y.',
    ]);
    expect(trick.reason).toBe(
      'Exactly one arrangement of the factors has the shape that is wanted (n), and it is right: here the shapes decide.',
    );
  });

  test('an outer product', () => {
    const [path] = ask(regression, X).paths;
    expect(path && marked(path)).toEqual({ right: ['1/m (Xθ − y)θᵀ'], wrong: [] });
  });

  test('a layer with a bias row: the row was repeated, so its gradient sums', () => {
    const [weights] = ask(layer, V).paths;
    expect(weights && marked(weights).right).toEqual([
      '−Xᵀ((T − tanh(XV + b)) ⊙ (1 − tanh(XV + b).^2))',
    ]);
    const bias = ask(layer, row);
    expect(bias.verdict).toBe('unique');
    expect(bias.paths[0] && marked(bias.paths[0])).toEqual({
      right: ['−sum((T − tanh(XV + b)) ⊙ (1 − tanh(XV + b).^2), axis=0)'],
      wrong: [],
    });
    expect(bias.paths[0]?.arrangements[0]?.places).toContain(
      'm is summed over with nothing to meet: the forward pass repeats what b gives along that side, and every copy adds its part.',
    );
  });

  test('sums, traces and norms by themselves', () => {
    const right = (value: Parameters<typeof ask>[0], v: Parameters<typeof ask>[1]): string[] => {
      const trick = ask(value, v);
      expect(trick.verdict).toBe('unique');
      return trick.paths.flatMap((p) => marked(p).right);
    };
    expect(right(total(X), X)).toEqual(['ones(m, n)']);
    expect(right(einsum('ii->', [Q]), Q)).toEqual(['I']);
    expect(right(total(image(X, θ)), X)).toEqual(['ones(m) θᵀ']);
    expect(right(divide(total(x), symbol('n', [], { role: 'dimension' })), x)).toEqual([
      '1/n ones(n)',
    ]);
    expect(right(power(squares(residual), HALF), θ)).toEqual(['Xᵀ(Xθ − y)/‖Xθ − y‖']);
    expect(right(apply(logsumexpLeaf, [image(X, θ)]), θ)).toEqual(['Xᵀ softmax(Xθ)']);
    expect(right(total(apply(sigmoid.leaf, [multiply([X, X])])), X)).toHaveLength(1);
  });

  test('scalars need no places', () => {
    const trick = ask(apply(exp.leaf, [power(λ, rational(3))]), λ);
    expect(trick.verdict).toBe('unique');
    expect(trick.reason).toBe('Everything on the way is a scalar: there is nothing to arrange.');
    expect(trick.paths[0] && chainText(trick.paths[0])).toBe('exp(λ³) · 3λ²');
    expect(trick.paths[0] && marked(trick.paths[0]).right).toEqual(['3λ² exp(λ³)']);
    expect(ask(λ, λ).paths[0]?.arrangements.map((r) => toText(r.expr))).toEqual(['1']);
  });
});

describe('shapes do not decide', () => {
  test('sum(tanh(W X)) of square matrices', () => {
    const trick = ask(total(bent(product(W, Q))), W);
    expect(trick.verdict).toBe('ambiguous');
    const [path] = trick.paths;
    if (!path) throw new Error('no path');
    const { right, wrong } = marked(path);
    const t = '(1 − tanh(WX).^2)';
    expect(right).toEqual([`${t}Xᵀ`]);
    expect([...wrong].sort()).toEqual(
      [
        `Xᵀ${t}`,
        `X${t}`,
        `${t}X`,
        `${t}ᵀX`,
        `${t}ᵀXᵀ`,
        `X${t}ᵀ`,
        `Xᵀ${t}ᵀ`,
        `${t} ⊙ X`,
        `(${t} ⊙ X)ᵀ`,
        `${t} ⊙ Xᵀ`,
        `${t}ᵀ ⊙ X`,
        `tr(X) ${t}`,
        `tr(X) ${t}ᵀ`,
        `tr(1 − tanh(WX).^2) X`,
        `tr(1 − tanh(WX).^2) Xᵀ`,
      ].sort(),
    );
    expect(trick.reason).toBe(
      '16 arrangements have the shape n×n, and one of them is right: shapes alone do not decide. The check crosses out the other 15; which one is right follows from the indices that meet in the forward pass.',
    );
    expect(path.arrangements[0]?.places[2]).toBe(
      'The rows of X met the columns of W in the forward pass and stay as the columns of the result, so X stands transposed behind: that turns its rows outwards and its columns to 1 − tanh(WX).^2.',
    );
  });

  test('tr(A X B)', () => {
    const [path] = ask(einsum('ij,jk,ki->', [A, Q, B]), Q).paths;
    if (!path) throw new Error('no path');
    const { right, wrong } = marked(path);
    expect(right).toEqual(['AᵀBᵀ']);
    expect(wrong).toEqual(expect.arrayContaining(['BᵀAᵀ', 'BA', 'AB', 'A ⊙ B', 'tr(A) B']));
    expect(path.omitted).toBe(0);
  });

  test('xᵀAx has two paths, and collecting them first is right for symmetric A only', () => {
    const trick = ask(einsum('i,ij,j->', [x, A, x]), x);
    expect(trick.verdict).toBe('ambiguous');
    expect(trick.paths.map(marked)).toEqual([
      { right: ['Ax'], wrong: ['Aᵀx', 'tr(A) x'] },
      { right: ['Aᵀx'], wrong: ['Ax', 'tr(A) x'] },
    ]);
    expect(trick.reason).toContain('unless A is symmetric (A = Aᵀ): then 2Ax is.');
    const symmetric = ask(einsum('i,ij,j->', [x, S, x]), x);
    expect(symmetric.paths.map((p) => marked(p).right)).toEqual([['Sx'], ['Sx']]);
    expect(symmetric.reason).not.toContain('unless');
  });

  test('½‖xwᵀ − Y‖²', () => {
    const [path] = ask(half(squares(subtract(einsum('i,j->ij', [x, w]), Y))), w).paths;
    expect(path && marked(path)).toEqual({
      right: ['(xwᵀ − Y)ᵀx'],
      wrong: ['(xwᵀ − Y)x', 'tr(xwᵀ − Y) x'],
    });
  });

  test('aᵀXXb', () => {
    const trick = ask(einsum('i,ij,jk,k->', [a, Q, Q, b]), Q);
    expect(trick.paths.map((p) => marked(p).right)).toEqual([['Xᵀabᵀ'], ['a (bᵀXᵀ)']]);
    expect(trick.reason).toContain('the terms differ');
  });

  test('a sum over one side of a square matrix', () => {
    const [path] = ask(total(image(A, x)), x).paths;
    expect(path && marked(path)).toEqual({
      right: ['sum(A, axis=0)ᵀ'],
      wrong: ['sum(A, axis=1)'],
    });
  });

  test('an inverse stands on both sides, stage by stage', () => {
    const trick = ask(einsum('i,ij,j->', [a, apply(invLeaf, [Q]), b]), Q);
    expect(trick.verdict).toBe('ambiguous');
    const [path] = trick.paths;
    expect(path?.stages.map((s) => s.symbol?.name ?? null)).toEqual(['G_1', null]);
    expect(path?.stages.map((s) => marked(s).right)).toEqual([['abᵀ'], ['−X⁻ᵀ G_1 X⁻ᵀ']]);
  });

  test('logdet plays the part of log', () => {
    const [path] = ask(apply(logdetLeaf, [Q]), Q).paths;
    expect(path && marked(path)).toEqual({ right: ['X⁻ᵀ'], wrong: ['X⁻¹'] });
  });

  test('three square matrices are too many to list', () => {
    const value = total(bent(product(product(A, Q), B)));
    const [path] = ask(value, Q).paths;
    expect(path?.arrangements).toHaveLength(60);
    expect(path?.omitted).toBeGreaterThan(50);
    expect(path && marked(path).right).toEqual(['Aᵀ(1 − tanh(AXB).^2)Bᵀ']);
  });
});

describe('the trick is wrong', () => {
  test('softmax taken entry by entry', () => {
    const s = apply(softmaxLeaf, [image(X, θ)]);
    const trick = ask(half(squares(subtract(s, y))), θ);
    expect(trick.verdict).toBe('wrong');
    const [path] = trick.paths;
    expect(path && marked(path).right).toEqual([]);
    expect(path && marked(path).wrong).toEqual([
      '−Xᵀ((y − softmax(Xθ)) ⊙ (softmax(Xθ) ⊙ (1 − softmax(Xθ))))',
    ]);
    expect(trick.reason).toMatch(/One arrangement has the shape n, and it is wrong: softmax/);
    expect(trick.reason).toContain('not diagonal');
  });
});

describe('the trick does not apply', () => {
  test('a determinant', () => {
    const trick = ask(apply(detLeaf, [product(A, Q)]), Q);
    expect(trick.verdict).toBe('not-applicable');
    expect(trick.reason).toContain('Jacobi');
    expect(trick.paths.every((p) => p.arrangements.length === 0)).toBe(true);
  });

  test('no path, or none that has a derivative', () => {
    const absent = ask(squares(y), θ);
    expect(absent).toEqual({
      verdict: 'not-applicable',
      paths: [],
      reason:
        'The value does not depend on θ: there is no path to it, and its gradient is a true zero.',
    });
    expect(ask(total(apply(step.leaf, [θ])), θ).reason).toContain('behind a step');
  });

  test('more paths than anybody writes down are counted', () => {
    let z = x as ReturnType<typeof bent>;
    for (let l = 0; l < 5; l++) z = bent(einsum('i,ij,j->i', [z, A, z]));
    const trick = ask(total(z), x);
    expect(trick.verdict).toBe('not-applicable');
    expect(trick.reason).toContain('32 paths from the value to x');
  });

  test('a thousand layers', () => {
    const { value, weights } = network(1000, true);
    const started = performance.now();
    const trick = ask(value, weights[0] as (typeof weights)[number]);
    expect(performance.now() - started).toBeLessThan(300);
    expect(trick.verdict).toBe('not-applicable');
    expect(trick.reason).toContain('no more than 1,000');
  });

  test('sides tied as matrix notation cannot say', () => {
    // Σ Kᵢⱼₗ θⱼ cₗ with a tensor K
    const tensor = symbol('K', [m, n, k]);
    const trick = ask(einsum('ijl,j,l->', [tensor, θ, symbol('c', [k])]), θ);
    expect(trick.verdict).toBe('not-applicable');
    expect(trick.reason).toContain('takes indices');
  });
});

test('where nothing can be evaluated, formulas are compared', () => {
  const negative = scale(rational(-1), power(image(X, θ), rational(2)));
  const nowhere = squares(apply(log.leaf, [negative]));
  const trick = ask(nowhere, θ);
  expect(trick.verdict).toBe('ambiguous');
  expect(trick.paths.map((p) => marked(p).right.length)).toEqual([1]);
  expect(trick.reason).toContain('none of them by numbers');
});

describe('a long chain', () => {
  test('goes stage by stage, each upstream gradient a factor', () => {
    const { value, weights } = network(4);
    const trick = ask(value, weights[0] as (typeof weights)[number]);
    expect(trick.verdict).toBe('unique');
    const [path] = trick.paths;
    expect(path?.stages.map((s) => marked(s).right)).toEqual(
      [
        ['−((Y − Z4) ⊙ (1 − Z4.^2)) W4ᵀ'],
        ['(G_1 ⊙ (1 − Z3.^2)) W3ᵀ'],
        ['(G_2 ⊙ (1 − Z2.^2)) W2ᵀ'],
        ['Xᵀ(G_3 ⊙ (1 − Z1.^2))'],
      ].map(([t]) => [layers(t ?? '')]),
    );
    expect(path?.arrangements).toEqual(path?.stages[3]?.arrangements);
  });

  test('of equal sides is ambiguous at each stage', () => {
    const { value, weights } = network(3, true);
    const trick = ask(value, weights[0] as (typeof weights)[number]);
    expect(trick.verdict).toBe('ambiguous');
    expect(trick.reason).toMatch(/^On each of the 3 stages several/);
    for (const stage of trick.paths[0]?.stages ?? []) expect(marked(stage).right).toHaveLength(1);
  });
});

/** Writes Z3 out. */
function layers(short: string): string {
  let z = 'X';
  let out = short;
  for (let l = 1; l <= 4; l++) {
    z = l === 1 ? 'tanh(X W1)' : `tanh(${z} W${l})`;
    out = out.replaceAll(`Z${l}`, z);
  }
  return out;
}

describe('every kind of node on the way', () => {
  const σ = { name: 'σ', index: null, order: 0 };
  const cases: Record<string, [Parameters<typeof ask>[0], Parameters<typeof ask>[1], string[]]> = {
    'an unknown function': [total(apply(unknownElementwise, [image(X, θ)], σ)), θ, ['Xᵀ σ′(Xθ)']],
    'an unknown loss': [
      apply(unknownScalar, [image(X, θ)], { name: 'ℓ', index: null, order: 0 }),
      θ,
      ['Xᵀ ∂ℓ/∂(Xθ)'],
    ],
    'a symbolic exponent': [
      total(apply(pow, [symbol('p', [n], { properties: ['positive'] }), λ])),
      symbol('p', [n], { properties: ['positive'] }),
      ['λp.^(λ − 1)'],
    ],
    'a division': [divide(total(image(X, θ)), squares(y)), θ, ['sum(X, axis=0)ᵀ/(yᵀy)']],
    'an absolute value': [total(apply(abs.leaf, [residual])), θ, ['Xᵀ sign(Xθ − y)']],
    'an entrywise product': [total(multiply([A, bent(Q)])), Q, ['A ⊙ (1 − tanh(X).^2)']],
    'a diagonal matrix': [einsum('ij,j,ji->', [A, x, B]), x, ['diag(BA)']],
    'a scaled matrix': [squares(bent(einsum('i,ij->ij', [y, X]))), X, ['diag(y)']],
    'an identity': [einsum('i,ij,j->', [a, einsum('i,ij->ij', [x, delta(n)]), b]), x, ['a ⊙ b']],
    'a trace of a function': [einsum('ii->', [bent(Q)]), Q, ['diag(diag(1 − tanh(X).^2))']],
    'a scalar among matrices': [
      total(apply(sigmoid.leaf, [einsum(',ij->ij', [λ, X])])),
      λ,
      ['⊙ X)'],
    ],
    'a mean': [divide(total(bent(image(X, θ))), count), θ, ['1/m Xᵀ(1 − tanh(Xθ).^2)']],
  };
  test.each(Object.entries(cases))('%s', (_, [value, variable, parts]) => {
    const trick = ask(value, variable);
    expect(['unique', 'ambiguous']).toContain(trick.verdict);
    const right = trick.paths.flatMap((p) => marked(p).right).join(' | ');
    for (const part of parts) expect(right).toContain(part);
  });

  test('many matrices in one product', () => {
    const value = einsum('ij,jk,kl,lm,mn,ni->', [A, B, Q, W, Y, C]);
    const [path] = ask(value, Q).paths;
    expect(path?.arrangements).toHaveLength(2);
    expect(path && marked(path).right).toEqual(['BᵀAᵀCᵀYᵀWᵀ']);
  });
});

test('without a printer the sentences name symbols and describe the rest', () => {
  const question = { value: regression, variable: θ, shape: θ.shape, seed: 1 };
  const { paths } = trickFor(question);
  expect(paths[0]?.arrangements[0]?.places[1]).toBe(
    'n stays, so X stands transposed in front: as n×m it turns its n outwards and its m to the m factor.',
  );
});
