import { runPython } from '../../../../test/support/python.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { formulaText } from '../../src/emit/report/formula.ts';
import { TARGETS } from '../../src/emit/targets.ts';
import { toText } from '../../src/emit/text.ts';
import type { Formula } from '../../src/explain/report.ts';
import { derive, exportCode, MatgradError } from '../../src/index.ts';
import type { Expr } from '../../src/syntax/tree.ts';
import { problemOf } from '../support/ask.ts';

/** A derivative as it was published. `expr`, `where` and `derivative` are in the language; `K` is the commutation matrix. */
export interface Identity {
  readonly id: string;
  /**
   * `grad` is shaped like the variable, `jac` is ∂vec(F)/∂vec(X)ᵀ with columns stacked, `hess` by vec(X), `mixed` by two variables in
   * turn, `matscalar` by a scalar; `symgrad` and `diaggrad` take each independent entry of a symmetric or diagonal matrix as one variable.
   */
  readonly kind: 'grad' | 'jac' | 'hess' | 'mixed' | 'matscalar' | 'symgrad' | 'diaggrad';
  readonly expr: string;
  readonly where: string;
  readonly wrt: string;
  readonly derivative: string;
  readonly source: string;
}

export interface Judged {
  readonly id: string;
  /** What was printed, with its named parts, and the same of the published formula. */
  readonly printed: string;
  readonly published: string;
  /** Whether it is printed as matrices, and in how many letters more than was published. */
  readonly form: Formula['form'] | 'none';
  readonly excess: number;
  readonly complaint: string | null;
}

interface Case {
  readonly kind: Identity['kind'];
  readonly ours: string;
  readonly theirs: string;
  readonly shapes: readonly {
    readonly name: string;
    readonly sides: readonly string[];
    readonly properties: readonly string[];
  }[];
  readonly theirArguments: readonly string[];
  readonly rank: number;
}

/**
 * Each module's derivative, as a matrix of vec by vec, against the published formula's value at random arrays of three sizes.
 * Vectors are one-dimensional.
 */
const DRIVER = `
import re
import numpy as np

def side(text, sizes):
    return eval(re.sub(r"(?<=[0-9a-zA-Z])(?=[a-zA-Z])", "*", text.replace("·", "*")), {}, sizes)

def draw(rng, dims, properties):
    a = rng.standard_normal(dims)
    n = dims[0] if dims else 1
    if "posdef" in properties: return a @ a.T / n + np.eye(n)
    if "symmetric" in properties: return a + a.T
    if "diagonal" in properties: return np.diag(np.diag(a))
    if "orthogonal" in properties: return np.linalg.qr(a)[0]
    if "invertible" in properties: return np.linalg.qr(a)[0] + 0.3 * a
    if "positive" in properties: return np.exp(a / 2)
    if "simplex" in properties:
        a = np.exp(a)
        return a / a.sum(axis=-1, keepdims=True)
    return a

def commutation(m, n):
    k = np.zeros((m * n, m * n))
    for i in range(m):
        for j in range(n):
            k[i * n + j, j * m + i] = 1
    return k

def load(text):
    module = {"__name__": "exported"}
    exec(compile(text, "<exported>", "exec"), module)
    return module

def call(f, values, sizes):
    c = f.__code__
    keywords = {k: sizes[k] for k in c.co_varnames[c.co_argcount : c.co_argcount + c.co_kwonlyargcount]}
    return f(*values, **keywords)

def run(case, sizes, seed):
    rng = np.random.default_rng(seed)
    v = {}
    for x in case["shapes"]:
        v[x["name"]] = draw(rng, tuple(side(s, sizes) for s in x["sides"]), x["properties"])
    ours = load(case["ours"])["derivative"]
    theirs = load(case["theirs"])["value"]
    got = np.asarray(call(ours, list(v.values()), sizes), dtype=float)
    if case["kind"] == "symgrad": got = got + got.T - np.diag(np.diag(got))
    if "K" in case["theirArguments"] and "K" not in v:
        shape = got.shape[-2:]
        v["K"] = commutation(*shape)
    want = np.asarray(call(theirs, [v[n] for n in case["theirArguments"]], sizes), dtype=float)
    if case["kind"] in ("jac", "hess", "mixed") and got.shape != want.shape:
        k = case["rank"]
        rows, cols = got.shape[:k], got.shape[k:]
        got = got.reshape(int(np.prod(rows)), int(np.prod(cols)), order="F") if got.ndim != 2 or got.shape != want.shape else got
        want = want.reshape(got.shape, order="F") if want.size == got.size else want
    if got.shape != want.shape and got.size == want.size: want = want.reshape(got.shape)
    if got.shape != want.shape: return f"shape {got.shape}, and {want.shape} was published"
    scale = max(np.abs(want).max(initial=0), 1e-3)
    error = np.abs(got - want).max(initial=0) / scale
    return None if error < 1e-9 else f"differs by {error:.2g} of its size at {sizes}"

output = []
for k, case in enumerate(input):
    said = None
    try:
        names = sorted({n for x in case["shapes"] for s in x["sides"] for n in re.findall("[A-Za-z]", s)})
        primes = [3, 4, 5, 2, 6, 7]
        for seed in range(3):
            order = primes if seed < 2 else [3] * len(primes)
            sizes = {n: order[(i + seed) % len(primes)] for i, n in enumerate(names)}
            said = said or run(case, sizes, [k, seed])
    except Exception as e:
        said = f"{type(e).__name__}: {e}"
    output.append(said)
`;

const letters = (text: string): number => text.replaceAll(/[\s()]|where/gu, '').length;

/** A formula of the language as this printer writes it. */
function reprinted(formula: string, where: string): string {
  const [main = '', ...parts] = formula.split(/ where |, (?=\w+ = )/u);
  const names = new Set(where.split(/[;:,\s]+/u));
  const text = (e: Expr): string => toText(e, { names });
  const one = (f: string): string => {
    const p = problemOf(f, `${where}; ${[...parts].reverse().join('; ')}`);
    return text(p.expression);
  };
  const shown = parts.map((p) => {
    const [name = '', value = ''] = p.split(/ = (.*)/su);
    return `${name} = ${one(value)}`;
  });
  return [one(main), ...shown].join(' where ');
}

/** Where the table says in its `kind` what the variable is. */
const whereOf = ({ kind, where, wrt }: Identity): string =>
  kind === 'diaggrad'
    ? where.replace(new RegExp(`\\b${wrt}: (\\S+?)(?=;|$)`, 'u'), `${wrt}: $1 diagonal`)
    : where;

/** The commutation matrix of a variable's shape. */
function commutationShape(where: string, wrt: string): string {
  const [m = 'n', n = m] = (
    where.match(new RegExp(`\\b${wrt}: (\\S+?)(?:[; ]|$)`, 'u'))?.[1] ?? 'n'
  ).split('×');
  return `(${m}·${n})×(${m}·${n})`;
}

/** A module that computes the value alone. */
const valueCode = ({ expression, value, variables }: Problem): string =>
  TARGETS.numpy.formula({
    kind: 'formula',
    title: toText(expression),
    value: value.node,
    valueShape: value.shape,
    inputs: variables.map((symbol) => ({ symbol, shape: symbol.shape })),
    derivatives: [],
    parts: [],
  });

/** Derives each, and holds the printed form and the exported numbers against what was published. */
export async function judge(identities: readonly Identity[]): Promise<readonly Judged[]> {
  const found: Judged[] = [];
  const cases: (Case | null)[] = [];
  for (const identity of identities) {
    const { id, kind, expr, where, wrt, derivative } = identity;
    const order = kind === 'hess' || kind === 'mixed' ? 2 : 1;
    const commuted = /\bK\b/u.test(derivative) && !/\bK\b/u.test(where);
    const theirWhere = commuted ? `${where}; K: ${commutationShape(where, wrt)}` : where;
    const input = {
      expression: expr,
      where: whereOf(identity),
      wrt: wrt.split(',').map((s) => s.trim()),
    };
    const j: Judged = {
      id,
      printed: '',
      published: derivative,
      form: 'none',
      excess: 0,
      complaint: null,
    };
    try {
      const report = derive(input, { order, trick: false, check: false });
      const [result] = report.results;
      if (!result) throw new Error('no result');
      const names = new Set(report.declarations.map((d) => d.name));
      const printed = [
        formulaText(result.formula, { names }),
        ...result.where.map(
          (e) =>
            `${e.left.kind === 'name' ? e.left.name : '?'} = ${formulaText(e.formula, { names })}`,
        ),
      ].join(' where ');
      const problem = problemOf(expr, input.where, ...input.wrt);
      const [main = '', ...parts] = derivative.split(/ where |, (?=\w+ = )/u);
      const theirDefinitions = [...parts].reverse();
      const theirs = problemOf(main, [theirWhere, ...theirDefinitions].join('; '));
      const judged: Judged = {
        ...j,
        printed,
        published: reprinted(derivative, theirWhere),
        form: result.formula.form,
        excess: 0,
      };
      cases.push({
        kind,
        ours: exportCode(input, 'numpy', { order, check: false }),
        theirs: valueCode(theirs),
        shapes: problem.variables.map((v) => ({
          name: v.name,
          sides: v.shape.map((d) => d.key),
          properties: v.properties,
        })),
        theirArguments: theirs.variables.map((v) => v.name),
        rank: order === 2 ? (problem.wrt[0]?.shape.length ?? 0) : problem.value.shape.length,
      });
      found.push(judged);
    } catch (error) {
      const complaint =
        error instanceof MatgradError
          ? error.diagnostics[0]?.message
          : String((error as Error).stack);
      found.push({ ...j, complaint: complaint ?? 'error' });
      cases.push(null);
    }
  }
  const ran = (await runPython(
    DRIVER,
    cases.filter((c) => c !== null),
    300_000,
  )) as (string | null)[];
  let next = 0;
  return found.map((j, k) => {
    const said = cases[k] ? ran[next++] : null;
    return {
      ...j,
      excess: letters(j.printed) - letters(j.published),
      complaint: j.complaint ?? said ?? null,
    };
  });
}
