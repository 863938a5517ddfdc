import { apply, contract } from '../expr/build.ts';
import type { Elementwise, FunctionName, Structured } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { tensor } from '../expr/tensor.ts';
import { atomText } from '../shape/dim.ts';
import { inLoops } from './spelling.ts';

/**
 * Functions that the user declared without saying what they are. A derivation that holds for every smooth function holds for a
 * representative, so checks evaluate one: sums of sines whose frequencies and phases are drawn from the function's name.
 */
const TERMS = 3;

/** A number in (0, 1), the same for the same name and place (integer hashing after Jenkins). */
function drawn(name: string, place: number): number {
  let h = 0x9e3779b9 ^ place;
  for (let i = 0; i < name.length; i++)
    h = Math.imul(h ^ name.charCodeAt(i), 0x85ebca6b) ^ (h >>> 13);
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ place, 0x27d4eb2f);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

const label = (fn: FunctionName | null): string => (fn ? atomText(fn.name, fn.index) : 'f');

const waves = new Map<string, readonly { size: number; rate: number; phase: number }[]>();
function wavesOf(name: string): readonly { size: number; rate: number; phase: number }[] {
  let list = waves.get(name);
  if (!list) {
    list = Array.from({ length: TERMS }, (_, k) => ({
      size: 0.3 + drawn(name, 3 * k),
      rate: 0.4 + 0.9 * drawn(name, 3 * k + 1),
      phase: 6 * drawn(name, 3 * k + 2),
    }));
    waves.set(name, list);
  }
  return list;
}

/** `σ: elementwise`: σ, σ′, σ″ … entry by entry. */
export const unknownElementwise: Elementwise = {
  mode: 'elementwise',
  name: 'unknown',
  law: 'd σ(x) = σ′(x) ⊙ dx',
  domain: 'real',
  oscillates: true,
  spelling: {
    latex: '$f($0)',
    numpy: '$f($0)',
    matlab: '$f($0)',
    julia: '$f.($0)',
    ...inLoops('$f($0)'),
  },
  partial: (node) =>
    apply(unknownElementwise, node.args, node.fn && { ...node.fn, order: node.fn.order + 1 }),
  value: ([x = Number.NaN], fn) => {
    const order = fn?.order ?? 0;
    let total = 0;
    for (const w of wavesOf(label(fn)))
      total += w.size * w.rate ** order * Math.sin(w.rate * x + w.phase + (order * Math.PI) / 2);
    return total;
  },
};

function inner(name: string, term: number, z: Tensor): number {
  let total = 0;
  for (let i = 0; i < z.data.length; i++)
    total += (drawn(name, 1000 + term * 7919 + i) - 0.5) * (z.data[i] ?? 0);
  return total;
}

/** `ℓ: function(m×k) -> scalar`. Its gradient is the unknown function ∂ℓ/∂(·) of the same argument. */
export const unknownScalar: Structured = {
  mode: 'structured',
  name: 'unknown-scalar',
  law: 'dℓ(Z) = ⟨∂ℓ/∂Z, dZ⟩',
  domain: 'real',
  spelling: {
    latex: '$f($0)',
    numpy: '$f($0)',
    matlab: '$f($0)',
    julia: '$f($0)',
    c: '$out[0] = $f($dims$0)',
    js: '$out[0] = $f($0)',
  },
  axes: () => [],
  asScalar: (node) => ({
    derivative: apply(unknownGradient, node.args, node.fn && { ...node.fn, order: 1 }),
    because:
      'the derivatives of an unknown function by all entries of its argument have the shape of the argument',
  }),
  adjoint: (node, g) => {
    const gradient = apply(unknownGradient, node.args, node.fn && { ...node.fn, order: 1 });
    const out = gradient.axes.map((_, i) => i);
    return contract(
      [
        { node: g, indices: [] },
        { node: gradient, indices: out },
      ],
      out,
    );
  },
  value: ([z], fn) => {
    let total = 0;
    if (z)
      wavesOf(label(fn)).forEach((w, k) => {
        total += w.size * Math.sin(w.rate * inner(label(fn), k, z) + w.phase);
      });
    return tensor([], Float64Array.of(total));
  },
};

/** ∂ℓ/∂Z. */
export const unknownGradient: Structured = {
  mode: 'structured',
  name: 'unknown-gradient',
  law: '∂ℓ/∂Z is the gradient of the unknown ℓ',
  domain: 'real',
  spelling: {
    latex: '\\partial $f / \\partial $0',
    numpy: 'grad_$f($0)',
    matlab: '$f($0)',
    julia: '$f($0)',
    c: '$f($dims$0, $out)',
    js: '$out.set($f($0))',
  },
  axes: ([z]) => z?.axes ?? [],
  adjoint: (node) => {
    throw new RangeError(
      `the second derivative of the unknown function ${label(node.fn)} is not known`,
    );
  },
  value: ([z], fn) => {
    const out = tensor(z?.dims ?? []);
    if (z)
      wavesOf(label(fn)).forEach((w, k) => {
        const slope = w.size * w.rate * Math.cos(w.rate * inner(label(fn), k, z) + w.phase);
        for (let i = 0; i < out.data.length; i++) {
          out.data[i] = (out.data[i] ?? 0) + slope * (drawn(label(fn), 1000 + k * 7919 + i) - 0.5);
        }
      });
    return out;
  },
};
