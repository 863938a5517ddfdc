import type { CodeAnswer, CodeQuestion, CodeVariable } from 'matgrad';
import { UsageError } from '../io.ts';

/** Arrays as they travel, and how the variables of a question meet the parameters of a function. */

interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** What the worker takes: a whole number, or shape and doubles. */
export type Sent = number | { readonly shape: readonly number[]; readonly data: string };

export interface Arguments {
  readonly args: readonly Sent[];
  readonly named: Readonly<Record<string, Sent>>;
}

/** Name, kind as `inspect` calls it, and whether it has a default; null where Python does not know. */
export type Parameters =
  | readonly (readonly [name: string, kind: string, optional: boolean])[]
  | null;

export const encode = ({ dims, data }: Tensor): Sent => ({
  shape: dims,
  data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
});

export function decode(sent: {
  readonly shape: readonly number[];
  readonly data: string;
  readonly single: boolean;
}): CodeAnswer {
  const bytes = Buffer.from(sent.data, 'base64');
  const data = new Float64Array(bytes.byteLength / 8);
  new Uint8Array(data.buffer).set(bytes);
  return { dims: sent.shape, data, single: sent.single };
}

/** How a function is called: by the names of its parameters, or else in the order of the variables. */
export type Caller = (
  inputs: Readonly<Record<string, Tensor>>,
  sizes: Readonly<Record<string, number>>,
) => Arguments;

/** @throws UsageError where the parameters can be matched neither way */
export function callerFor(
  spec: string,
  parameters: Parameters,
  variables: readonly CodeVariable[],
): Caller {
  const tensorOf = (inputs: Readonly<Record<string, Tensor>>, v: CodeVariable): Sent => {
    const found = inputs[v.name];
    if (!found) throw new Error(`no value for ${v.name}`);
    return encode(found);
  };
  const inOrder: Caller = (inputs) => ({
    args: variables.map((v) => tensorOf(inputs, v)),
    named: {},
  });
  if (parameters === null) return inOrder;
  const plain = parameters.filter(([, kind]) => !kind.startsWith('VAR_'));
  const named = new Map(variables.flatMap((v) => [[v.spelling, v] as const, [v.name, v] as const]));
  const needed = plain.filter(([, , optional]) => !optional);
  // A size may be asked for by its name too.
  const isSize = (name: string, sizes: Readonly<Record<string, number>>): boolean =>
    sizes[name] !== undefined;
  const takesAll = parameters.some(([, kind]) => kind === 'VAR_POSITIONAL');
  const byName = plain.some(([name]) => named.has(name)) || (needed.length === 0 && !takesAll);
  if (byName)
    return (inputs, sizes) => {
      const missing = needed.filter(([name]) => !named.has(name) && !isSize(name, sizes));
      if (missing.length > 0) throw noMatch(spec, needed, variables);
      const args: Sent[] = [];
      const byKey: Record<string, Sent> = {};
      let gap = false; // behind a parameter that keeps its default, names are needed
      for (const [name, kind] of plain) {
        const v = named.get(name);
        const value = v ? tensorOf(inputs, v) : sizes[name];
        if (value === undefined) gap = true;
        else if (gap || kind === 'KEYWORD_ONLY') byKey[name] = value;
        else args.push(value);
      }
      return { args, named: byKey };
    };
  if (takesAll || (needed.length <= variables.length && variables.length <= plain.length))
    return inOrder;
  throw noMatch(spec, needed, variables);
}

const noMatch = (
  spec: string,
  needed: NonNullable<Parameters>,
  variables: readonly CodeVariable[],
): UsageError =>
  new UsageError(
    `${spec} takes (${needed.map(([name]) => name).join(', ')}), and the variables are ${variables.map((v) => v.spelling).join(', ')}`,
    ['parameters are matched by name, or all in the order of the variables'],
  );

interface Results {
  readonly names: readonly string[] | null;
  readonly values: readonly Parameters_[];
}
type Parameters_ = {
  readonly shape: readonly number[];
  readonly data: string;
  readonly single: boolean;
};

/** The gradients among a function's results, in the order in which they are wanted. @throws UsageError */
export function gradientsIn(
  spec: string,
  reply: unknown,
  wanted: CodeQuestion['wanted'],
): CodeAnswer[] {
  const { names, values } = reply as Results;
  const answers = values.map(decode);
  const list = wanted.map((w) => w.spelling).join(', ');
  if (names) {
    return wanted.map((w) => {
      const k = names.findIndex((n) => n === w.spelling || n === w.name);
      const answer = answers[k];
      if (!answer)
        throw new UsageError(
          `${spec} gives ${names.join(', ')}, and no gradient by ${w.spelling}`,
          [`it is asked for gradients by ${list}; --wrt names others`],
        );
      return answer;
    });
  }
  // Value and gradient together, as many write it.
  const [first] = answers;
  const withValue = answers.length === wanted.length + 1 && first && first.data.length === 1;
  const gradients = withValue ? answers.slice(1) : answers;
  if (gradients.length !== wanted.length)
    throw new UsageError(
      `${spec} gives ${gradients.length === 1 ? 'one array' : `${gradients.length} results`}, and the gradients are by ${list}`,
      ['--wrt names the variables, in the order of the results'],
    );
  return gradients;
}
