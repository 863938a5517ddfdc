import { runPython } from '../../../../../test/support/python.ts';
import { type OnnxOptions, toOnnx } from '../../../src/emit/onnx/model.ts';
import type { FormulaProgram } from '../../../src/emit/program/request.ts';
import { differences, drawnAt, type Entries, placesOf } from '../drawn.ts';

/** Models that are checked by ONNX's checker and run in ONNX Runtime. */

/** One model with what it is given, in the order of its inputs, at several places. */
interface Case {
  readonly model: string;
  readonly places: readonly (readonly Entries[])[];
}

/** For each place, what the outputs are, in order. */
type Ran = readonly (readonly Entries[])[];

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

/** What is wrong with the models of some programs, each run at two sizes. */
export async function complaints(
  programs: readonly (readonly [title: string, program: FormulaProgram])[],
  dtype: NonNullable<OnnxOptions['dtype']>,
  tolerance: number,
): Promise<string[]> {
  const all = programs.map(([title, program]) => ({
    title,
    model: Buffer.from(toOnnx(program, { dtype })).toString('base64'),
    places: placesOf(program, 2).map((p) => drawnAt(program, p)),
  }));
  const ran = await runModels(
    all.map(({ model, places }) => ({
      model,
      places: places.map((p) => [...p.given, ...p.untold.map((n) => ({ dims: [], data: [n] }))]),
    })),
  );
  return all.flatMap(({ title, places }, k) => {
    const mine = ran[k];
    if (typeof mine === 'string' || !mine) return [`${title}: ${mine}`];
    return places.flatMap((place, at) => differences(title, place, mine[at], tolerance));
  });
}
