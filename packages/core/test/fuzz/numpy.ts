import { isScalar, type Tree } from './tree.ts';

/**
 * Formulas in NumPy, straight from their trees: every value is a two-dimensional array, a column m×1, a row 1×n, a scalar 1×1.
 * The functions that this calls are in `driver.ts`.
 */
export function numpyOf(t: Tree): string {
  switch (t.kind) {
    case 'name':
      return `v[${JSON.stringify(t.name)}]`;
    case 'number':
      return `scalar(${t.value})`;
    case 'size':
      return `scalar(side(${JSON.stringify(t.side)}))`;
    case 'defined':
      return numpyOf(t.value);
    case 'postfix': {
      const of = numpyOf(t.of);
      if (t.op === 'transpose') return `${of}.T`;
      return t.op === 'inverse' ? `inverse(${of})` : `inverse(${of}).T`;
    }
    case 'negate':
      return `(-${numpyOf(t.of)})`;
    case 'tight':
      return `(${t.number} * ${numpyOf(t.of)})`;
    case 'binary':
      return binary(t);
    case 'call': {
      const args = t.args.map(numpyOf).join(', ');
      return `f_${t.name}(${args}${t.axis === null ? '' : `, axis=${t.axis}`})`;
    }
    case 'norm':
      return t.order === 1 ? `f_norm1(${numpyOf(t.of)})` : `f_norm(${numpyOf(t.of)})`;
    case 'bars':
      return isScalar(t.of) ? `np.abs(${numpyOf(t.of)})` : `f_det(${numpyOf(t.of)})`;
    case 'inner':
      return `f_dot(${numpyOf(t.left)}, ${numpyOf(t.right)})`;
    case 'part': {
      const places = t.places.map((p) => {
        if (p === null) return 'None';
        return typeof p === 'number' ? `${p}` : `side(${JSON.stringify(p)})`;
      });
      return `part(${numpyOf(t.of)}, ${places.join(', ')})`;
    }
    case 'constant': {
      const [m, n] = [t.rows, t.cols].map((s) => `side(${JSON.stringify(s)})`);
      if (t.name === 'unit') return `unit(2, ${m})`;
      return t.name === 'ones' ? `np.ones((${m}, ${n}))` : `np.eye(${m})`;
    }
  }
}

function binary(t: Tree & { readonly kind: 'binary' }): string {
  const [a, b] = [numpyOf(t.left), numpyOf(t.right)];
  switch (t.op) {
    case 'times':
      return isScalar(t.left) || isScalar(t.right) ? `(${a} * ${b})` : `(${a} @ ${b})`;
    case 'hadamard':
      return `(${a} * ${b})`;
    case 'divide':
    case 'hadamard-divide':
      return `(${a} / ${b})`;
    case 'plus':
      return `(${a} + ${b})`;
    case 'minus':
      return `(${a} - ${b})`;
    case 'entry-power':
      return `(${a} ** ${b})`;
    case 'power':
      return isScalar(t.left) ? `(${a} ** ${b})` : `f_power(${a}, ${b})`;
  }
}
