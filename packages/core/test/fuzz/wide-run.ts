import { python, runPython } from '../../../../test/support/python.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import { type FormulaProgram, programOf } from '../../src/emit/program/request.ts';
import { TARGETS } from '../../src/emit/targets.ts';
import { derive } from '../../src/index.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { type Drawn, drawnAt, placesOf } from '../emit/drawn.ts';
import { misprinted, misread } from './examine.ts';
import { type Wide, wide } from './wide.ts';

/** What many random texts of all functions brought to light. */
export interface WideOutcome {
  readonly texts: number;
  readonly complaints: readonly string[];
  readonly inconclusive: readonly string[];
  readonly slow: readonly string[];
  /** Modules that Python ran. */
  readonly ran: number;
}

const OPERATIONS = 12;
/** Milliseconds of processor time. */
const SLOW = 2000;
const BATCH = 100;

/** The module's value and derivatives at one point, as matgrad's own evaluator has them. */
interface Case extends Drawn {
  readonly module: string;
}

const DRIVER = `
import numpy as np

def array(e):
    a = np.array(e["data"], dtype=float).reshape(e["dims"])
    return a if a.ndim else float(a)

def run(case):
    module = {"__name__": "exported"}
    exec(compile(case["module"], "<exported>", "exec"), module)
    value, derivative = module["value"], module["derivative"]
    c = value.__code__
    names = c.co_varnames[c.co_argcount : c.co_argcount + c.co_kwonlyargcount]
    keywords = dict(zip(names, case["untold"]))
    given = [array(e) for e in case["given"]]
    found = derivative(*given, **keywords)
    found = list(found) if isinstance(found, tuple) else [found]
    results = [value(*given, **keywords), *found]
    wanted = [array(e) for e in case["wanted"]]
    if len(results) != len(wanted):
        return f"{len(results)} results instead of {len(wanted)}"
    largest = max(1e-3, *(float(np.abs(w).max()) for w in wanted))
    for k, (r, w) in enumerate(zip(results, wanted)):
        if np.shape(r) != np.shape(w):
            return f"result {k} has shape {np.shape(r)}, not {np.shape(w)}"
        error = float(np.abs(np.asarray(r) - w).max())
        if not error <= 1e-6 * max(float(np.abs(w).max()), 1e-3 * largest):
            return f"result {k} is off by {error}"
    return None

output = []
for case in input:
    try:
        with np.errstate(all="ignore"):
            output.append(run(case))
    except Exception as problem:
        output.append(f"{type(problem).__name__}: {problem}")
`;

export async function runWide(count: number, seed: number, trick: number): Promise<WideOutcome> {
  const complaints: string[] = [];
  const inconclusive: string[] = [];
  const slow: string[] = [];
  let ran = 0;
  for (let from = 0; from < count; from += BATCH) {
    const cases: { readonly about: Wide; readonly case: Case }[] = [];
    for (let k = from; k < Math.min(count, from + BATCH); k++) {
      const asked = wide(seed + k, OPERATIONS);
      const start = process.cpuUsage();
      try {
        const found = one(asked, k % trick === 0, inconclusive);
        complaints.push(...found.complaints.map((c) => about(asked, c)));
        if (found.case) cases.push({ about: asked, case: found.case });
      } catch (error) {
        complaints.push(about(asked, error instanceof Error ? `${error.stack}` : String(error)));
      }
      const used = process.cpuUsage(start);
      const time = (used.user + used.system) / 1000;
      if (time > SLOW) slow.push(about(asked, `${Math.round(time)} ms`));
    }
    if (!python() || cases.length === 0) continue;
    const said = (await runPython(
      DRIVER,
      cases.map((c) => c.case),
      60_000 + 500 * cases.length,
    )) as (string | null)[];
    ran += cases.length;
    said.forEach((s, k) => {
      const asked = cases[k]?.about;
      if (s !== null && asked) complaints.push(about(asked, `NumPy: ${s}`));
    });
  }
  return { texts: count, complaints, inconclusive, slow, ran };
}

function one(
  asked: Wide,
  trick: boolean,
  inconclusive: string[],
): { readonly complaints: readonly string[]; readonly case: Case | null } {
  const complaints: string[] = [];
  const report = derive(asked.input, { points: 2, trick, explain: trick });
  let sure = true;
  for (const { variable, check } of report.results) {
    if (check?.verdict === 'failed') complaints.push(`failed: ${variable.name}: ${check.reason}`);
    if (check?.verdict === 'passed') continue;
    sure = false;
    inconclusive.push(about(asked, `${variable.name}: ${check?.reason}`));
  }
  complaints.push(...misprinted(report));
  const problem = elaborateProblem(parseInput(asked.input));
  complaints.push(...misread(problem, report));
  const program = programOf(problem) as FormulaProgram;
  const module = TARGETS.numpy.formula(program);
  const [place] = sure ? placesOf(program, 1) : [];
  return { complaints, case: place ? { module, ...drawnAt(program, place) } : null };
}

const about = ({ seed, input }: Wide, what: string): string =>
  `${seed}: matgrad derive '${input.expression}' --where '${input.where ?? ''}' --wrt ${(input.wrt as readonly string[]).join(',')}\n    ${what}`;
