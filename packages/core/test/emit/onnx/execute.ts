import { runPython } from '../../../../../test/support/python.ts';
import { withoutParts } from '../../../src/derive/derive.ts';
import { type OnnxOptions, toOnnx } from '../../../src/emit/onnx/model.ts';
import type { FormulaProgram } from '../../../src/emit/program/request.ts';
import type { Sym } from '../../../src/expr/node.ts';
import type { Tensor } from '../../../src/expr/tensor.ts';
import { evalDim } from '../../../src/shape/dim.ts';
import type { Shape } from '../../../src/shape/shape.ts';
import { compile } from '../../../src/verify/evaluate.ts';
import { type Place, Places } from '../../../src/verify/place.ts';
import { random } from '../../../src/verify/random.ts';
import { dimensionNames } from '../../../src/verify/sizes.ts';

/** Models that are checked by ONNX's checker and run in ONNX Runtime. */

interface Array_ {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** One model with what it is given, in the order of its inputs, at several places. */
interface Case {
  readonly model: string;
  readonly places: readonly (readonly Array_[])[];
}

/** For each place, what the outputs are, in order. */
type Ran = readonly (readonly Array_[])[];

const DRIVER = `
import base64
import numpy as np, onnx, onnxruntime as ort

options = ort.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
options.log_severity_level = 3

def run(case):
    data = base64.b64decode(case["model"])
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    session = ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    types = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}
    found = []
    for place in case["places"]:
        feed = {
            i.name: np.array(a["data"], dtype=types[i.type]).reshape(a["dims"])
            for i, a in zip(session.get_inputs(), place, strict=True)
        }
        out = session.run(None, feed)
        found.append([{"dims": list(v.shape), "data": v.ravel()} for v in out])
    return found

output = []
for case in input:
    try:
        output.append(run(case))
    except Exception as problem:
        output.append(str(problem))
`;

/** The outputs of each model, or what went wrong. */
export const runModels = async (cases: readonly Case[]): Promise<(Ran | string)[]> =>
  (await runPython(DRIVER, cases, 120_000)) as (Ran | string)[];

export interface Drawn {
  readonly case: Case;
  /** What the evaluator says of the outputs, for each place. */
  readonly wanted: Ran;
}

/** A program with values for everything, at several sizes of the same model. */
export function drawn(
  program: FormulaProgram,
  options: OnnxOptions,
  places: readonly Place[],
): Drawn {
  const model = toOnnx(program, options);
  const roots = [
    program.value,
    ...withoutParts(
      program.derivatives.map((d) => d.node),
      program.parts,
    ),
  ];
  const shapes = [program.valueShape, ...program.derivatives.map((d) => d.shape)];
  const at = places.map(({ program: { sizes: drawnSizes }, inputs }) => {
    // a length of inputs that nothing uses
    const sizes = new Map([
      ...dimensionNames(program.inputs.map((i) => i.symbol)).map((n) => [n, 2] as const),
      ...drawnSizes,
    ]);
    const sides = (shape: Shape): number[] => shape.map((d) => evalDim(d, sizes));
    const bindings = new Map<Sym, Tensor>(
      program.inputs.map(({ symbol }) => {
        const given = inputs.get(symbol);
        const dims = symbol.axes.map((d) => evalDim(d, sizes));
        const size = dims.reduce((a, b) => a * b, 1);
        return [symbol, given ?? { dims, data: new Float64Array(size).fill(0.5) }];
      }),
    );
    const values = compile(roots, sizes).run(bindings);
    return {
      given: [
        ...program.inputs.map(({ symbol, shape }) => ({
          dims: sides(shape),
          data: [...(bindings.get(symbol) as Tensor).data],
        })),
        ...untold(model).map((name) => ({ dims: [], data: [sizes.get(name) ?? Number.NaN] })),
      ],
      wanted: values.map((v, k) => ({ dims: sides(shapes[k] ?? []), data: [...v.data] })),
    };
  });
  return {
    case: {
      model: Buffer.from(model).toString('base64'),
      places: at.map((p) => p.given),
    },
    wanted: at.map((p) => p.wanted),
  };
}

/** The names of lengths that the documentation of a model asks for. */
const untold = (model: Uint8Array): string[] => {
  const text = Buffer.from(model).toString('utf8');
  const [, documentation = ''] = text.split('results have the shape of the value');
  return [...documentation.matchAll(/^\S+: (\S+): a whole number$/gmu)].flatMap((m) => m[1] ?? []);
};

/** Places of a formula's domain, of different sizes. */
export function placesOf(program: FormulaProgram, count: number): Place[] {
  const roots = [
    program.value,
    ...withoutParts(
      program.derivatives.map((d) => d.node),
      program.parts,
    ),
  ];
  const places = new Places(roots);
  const source = random(7);
  return Array.from({ length: count }, () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      const place = places.draw('different', source, attempt);
      if (!('reason' in place)) return place;
    }
    throw new Error('no point of the domain');
  });
}

/** Largest difference, relative to the largest entry, or to `least`. */
export function distance(ran: Array_ | undefined, own: Array_ | undefined, least = 1e-300): number {
  if (!ran || !own || ran.dims.join() !== own.dims.join()) return Number.POSITIVE_INFINITY;
  const size = Math.max(least, ...own.data.map(Math.abs));
  return own.data.reduce((worst, x, i) => {
    const d = Math.abs(x - (ran.data[i] ?? Number.NaN)) / size;
    return Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(worst, d);
  }, 0);
}
