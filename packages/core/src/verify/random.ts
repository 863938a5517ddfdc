/**
 * Random numbers that a seed reproduces, the same on every machine.
 *
 * Small Fast Counter (sfc32, Chris Doty-Humphrey, PractRand), seeded through splitmix32 and run warm.
 */
export interface Random {
  /** Uniform in the open interval (0, 1). */
  readonly uniform: () => number;
  /** Mean 0, variance 1 (Marsaglia's polar method). */
  readonly gaussian: () => number;
  /** A whole number in 0 … n−1. */
  readonly below: (n: number) => number;
  /** −1 or 1. */
  readonly sign: () => number;
}

/** A generator for a seed; `stream` gives independent ones of the same seed (one for each point of a check). */
export function random(seed: number, stream = 0): Random {
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32)) | 0;
  const splitmix = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = splitmix();
  let b = splitmix() ^ Math.imul(stream, 0x85ebca6b);
  let c = splitmix();
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) next();

  const uniform = (): number => (next() + 0.5) / 2 ** 32;
  let spare: number | undefined;
  const gaussian = (): number => {
    if (spare !== undefined) {
      const g = spare;
      spare = undefined;
      return g;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const r = x * x + y * y;
      if (r >= 1) continue;
      const f = Math.sqrt((-2 * Math.log(r)) / r);
      spare = y * f;
      return x * f;
    }
  };
  return {
    uniform,
    gaussian,
    below: (n) => Math.floor(uniform() * n),
    sign: () => (next() & 1 ? 1 : -1),
  };
}

/** The list in another order (Fisher–Yates). */
export function shuffled<T>(list: readonly T[], source: Random): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = source.below(i + 1);
    const swap = out[i] as T;
    out[i] = out[j] as T;
    out[j] = swap;
  }
  return out;
}
