import {
  type CodeFinding,
  type CodeQuestion,
  codeJson,
  codeQuestion,
  codeText,
  diagnosticsJson,
  differencesText,
  type Input,
  MatgradError,
  sourceOfInput,
} from 'matgrad';
import { type GradientReport, gradcheck } from 'matgrad/check';
import { styleOf } from './colour.ts';
import { refuse, widthOf } from './derive.ts';
import { readInput } from './input.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import type { CheckFlags } from './program.ts';
import { Bridge, PythonError } from './python/bridge.ts';
import { type Caller, callerFor, gradientsIn, type Parameters } from './python/call.ts';

/** Everything together takes at most so many seconds unless `--timeout` says otherwise: to import torch takes some already. */
const TIMEOUT = 120;

/**
 * `matgrad check --python MODULE:FUNCTION`: runs the user's own gradient and holds it against the one that is derived from a formula,
 * or with `--value MODULE:FUNCTION` against differences of that function. 0 only where all is right.
 */
export async function runPythonCheck(
  formula: string | undefined,
  flags: CheckFlags & { readonly python: string },
  io: Io,
): Promise<number> {
  for (const spec of [flags.python, flags.value])
    if (spec !== undefined && !/^.+:[^:/\\]+$/su.test(spec))
      throw new UsageError(`${spec} names no function`, [
        'write module:function or path/to/file.py:function',
      ]);
  if (formula === undefined && flags.value === undefined)
    throw new UsageError('what is the gradient of? A formula is missing, or --value', [
      "as in: matgrad check '½ ‖Xθ − y‖²' --wrt θ --python file.py:gradient",
      "or:    matgrad check --where 'X: 5×3; y: 5; θ: 3' --wrt θ --python file.py:gradient --value file.py:loss",
    ]);
  const input: Input =
    formula === undefined
      ? {
          ...(flags.where ? { where: flags.where.join('\n') } : {}),
          ...(flags.wrt ? { wrt: flags.wrt } : {}),
        }
      : await readInput(formula, flags, io);
  try {
    const question = codeQuestion(input, {
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(flags.points === undefined ? {} : { points: flags.points }),
    });
    return await answered(question, flags, io);
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    if (flags.json)
      io.out.write(
        `${JSON.stringify(diagnosticsJson(error.diagnostics, sourceOfInput(input)), null, 2)}\n`,
      );
    return refuse(error, input, flags, io);
  }
}

type PythonFlags = CheckFlags & { readonly python: string };

/** Asks Python and prints the verdict. */
async function answered(question: CodeQuestion, flags: PythonFlags, io: Io): Promise<number> {
  const env = { ...io.env, JAX_ENABLE_X64: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const bridge = new Bridge(io.env['PYTHON'] ?? 'python3', io.cwd, env, flags.timeout ?? TIMEOUT);
  try {
    const code = new Code(bridge, question, flags);
    return flags.value === undefined
      ? againstFormula(question, code, flags, io)
      : againstDifferences(question, code, flags, io);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    throw new UsageError(
      error.traceback === '' ? error.message : `the Python code failed: ${error.message}`,
      trimmed(error.traceback),
    );
  } finally {
    await bridge.close();
  }
}

/** The end of a long traceback is the part that says what happened. */
const trimmed = (traceback: string): string[] =>
  traceback
    .trimEnd()
    .split('\n')
    .filter((l) => l !== '')
    .slice(-20);

/** The user's functions, as functions. */
class Code {
  private readonly bridge: Bridge;
  private readonly callers = new Map<string, Caller>();
  private readonly specs: Readonly<Record<string, string>>;

  constructor(bridge: Bridge, question: CodeQuestion, flags: PythonFlags) {
    this.bridge = bridge;
    this.specs = {
      gradient: flags.python,
      ...(flags.value === undefined ? {} : { value: flags.value }),
    };
    const loaded = bridge.ask({
      do: 'load',
      functions: this.specs,
      arrays: flags.arrays ?? null,
    }) as {
      readonly parameters: Readonly<Record<string, Parameters>>;
    };
    for (const [role, spec] of Object.entries(this.specs))
      this.callers.set(role, callerFor(spec, loaded.parameters[role] ?? null, question.variables));
  }

  call(role: 'gradient' | 'value', inputs: Point['inputs'], sizes: Point['sizes']): unknown {
    const caller = this.callers.get(role);
    if (!caller) throw new Error(`no ${role}`);
    return this.bridge.ask({ do: 'call', role, ...caller(inputs, sizes) });
  }
}

type Point = CodeQuestion['points'][number];

function againstFormula(question: CodeQuestion, code: Code, flags: PythonFlags, io: Io): number {
  const answers = question.points.map(({ inputs, sizes }) =>
    gradientsIn(flags.python, code.call('gradient', inputs, sizes), question.wanted),
  );
  const findings = question.wanted.flatMap((_, k): CodeFinding[] =>
    question.judge
      ? [
          question.judge(
            k,
            answers.flatMap((a) => a[k] ?? []),
          ),
        ]
      : [],
  );
  io.out.write(
    flags.json
      ? `${JSON.stringify(codeJson(question, findings, flags.python), null, 2)}\n`
      : codeText(question, findings, {
          code: flags.python,
          ascii: flags.ascii ?? false,
          style: styleOf(flags.color, io.out, io),
          width: widthOf(io),
        }),
  );
  return findings.every((f) => f.verdict === 'right') ? EXIT.fine : EXIT.finding;
}

/** Arrays as nested lists, so that a place in them is named as it is written. */
type Nest = number | Nest[];

function nest(dims: readonly number[], data: Float64Array): Nest {
  const [first, ...rest] = dims;
  if (first === undefined) return data[0] ?? Number.NaN;
  const step = data.length / first;
  return Array.from({ length: first }, (_, i) =>
    nest(rest, data.subarray(i * step, (i + 1) * step)),
  );
}

const flat = (x: Nest): number[] => (typeof x === 'number' ? [x] : x.flatMap(flat));

const said = ({ verdict }: GradientReport): string =>
  verdict === 'inconclusive' ? 'cannot-tell' : verdict;

function againstDifferences(
  question: CodeQuestion,
  code: Code,
  flags: PythonFlags,
  io: Io,
): number {
  const spec = flags.value ?? '';
  const reports: GradientReport[] = [];
  // A check takes what a function throws for the end of its domain; faults of Python itself end it.
  let fault: unknown;
  const watched = <T>(call: () => T): T => {
    try {
      return call();
    } catch (error) {
      if (error instanceof UsageError || (error instanceof PythonError && error.traceback === ''))
        fault ??= error;
      thrown = error;
      throw error;
    }
  };
  let thrown: unknown;
  for (const { inputs, sizes } of question.points) {
    const given = question.variables.flatMap(({ name, spelling }) => {
      const tensor = inputs[name];
      return tensor ? [{ name, spelling, ...tensor }] : [];
    });
    const tensors = (at: Readonly<Record<string, Nest>>): Point['inputs'] =>
      Object.fromEntries(
        given.map(({ name, spelling, dims }) => [
          name,
          { dims, data: Float64Array.from(flat(at[spelling] ?? [])) },
        ]),
      );
    const value = (at: Record<string, Nest>): number => {
      const reply = watched(() => code.call('value', tensors(at), sizes));
      const [y, second] = gradientsIn(spec, reply, [
        { name: 'value', spelling: 'value', shape: '', formula: null },
      ]);
      if (!y || second || y.data.length !== 1)
        throw new UsageError(`${spec} gives ${y?.data.length ?? 0} numbers, and must give one`);
      return y.data[0] ?? Number.NaN;
    };
    const gradient = (at: Record<string, Nest>): unknown => {
      const answers = watched(() =>
        gradientsIn(flags.python, code.call('gradient', tensors(at), sizes), question.wanted),
      );
      return Object.fromEntries(
        question.wanted.map((w, k) => {
          const answer = answers[k];
          return [w.spelling, answer && nest(answer.dims, answer.data)];
        }),
      );
    };
    const at = Object.fromEntries(given.map((v) => [v.spelling, nest(v.dims, v.data)]));
    reports.push(
      gradcheck(value, gradient, at, {
        wrt: question.wanted.map((w) => w.spelling),
        seconds: flags.timeout ?? TIMEOUT,
        seed: question.seed + reports.length,
      }),
    );
    if (fault) throw fault;
    if (reports.at(-1)?.problem?.kind === 'throws') throw thrown;
    if (reports.at(-1)?.verdict !== 'right') break;
  }
  const last = reports.at(-1);
  if (!last) throw new Error('no point');
  io.out.write(
    flags.json
      ? `${JSON.stringify({ schema: 1, code: flags.python, ...last, verdict: said(last) }, null, 2)}\n`
      : differencesText(last, reports.length, {
          code: flags.python,
          value: spec,
          ascii: flags.ascii ?? false,
          style: styleOf(flags.color, io.out, io),
          width: widthOf(io),
        }),
  );
  return last.verdict === 'right' ? EXIT.fine : EXIT.finding;
}
