/** `ij,j->i` with a number for each letter. */
export interface Spec {
  readonly inputs: readonly (readonly number[])[];
  readonly out: readonly number[];
}

const specs = new Map<string, Spec>();

/** Reads the text of a product over indices; each text once. */
export function readSpec(spec: string): Spec {
  const had = specs.get(spec);
  if (had) return had;
  const [left = '', right = ''] = spec.split('->');
  const codes = (s: string): number[] => Array.from(s, (c) => c.charCodeAt(0));
  const parsed = { inputs: left.split(',').map(codes), out: codes(right) };
  specs.set(spec, parsed);
  return parsed;
}
