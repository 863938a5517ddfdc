import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { locate, type Source } from '../../diagnostic/source.ts';
import type { Range } from '../../elaborate/problem.ts';
import { layoutNameOf } from '../../explain/layout.ts';
import type {
  ArrangingReport,
  CacheItem,
  CheckSummary,
  Equation,
  ExplanationLine,
  Formula,
  LayoutName,
  Left,
  Report,
  Result,
  TrickReport,
} from '../../explain/report.ts';
import { indexText } from '../../shape/dim.ts';
import { formatDim, type Shape } from '../../shape/shape.ts';
import type { Expr } from '../../syntax/tree.ts';
import type { TrickVerdict } from '../../trick/trick.ts';
import { type TextOptions, toText } from '../text.ts';
import { type CostJson, costJson } from './cost.ts';
import {
  exprLatex,
  formulaLatex,
  formulaText,
  leftLatex,
  leftText,
  namesOf,
  shownFormula,
  shownLeft,
} from './formula.ts';
import { checkFailures } from './verdict.ts';
import { layoutLine } from './words.ts';

/**
 * The answer as JSON. `text` is in the language itself, `latex` needs amsmath. Shapes are lists of dimensions as text: `[]` a
 * scalar, `["n"]` a column, `["1", "n"]` a row, `["n[l-1]", "n[l]"]`. Fields may be added within one `schema`; none
 * changes its meaning or goes away.
 */
export interface ReportJson {
  readonly schema: 1;
  /** The expression as read; '' where it could not be read. */
  readonly expression: string;
  /** What the value is called. */
  readonly name: string;
  readonly declarations: readonly DeclarationJson[];
  readonly definitions: readonly EquationJson[];
  /** What was repeated to fit beside a matrix. */
  readonly repetitions: readonly {
    readonly text: string;
    readonly from: readonly string[];
    readonly to: readonly string[];
  }[];
  /** Equations that are assumed of the inputs, as typed. */
  readonly assumptions: readonly string[];
  readonly results: readonly ResultJson[];
  /** Operations and largest intermediates, where they were asked for. */
  readonly cost?: CostJson;
  /** Empty where all went well. */
  readonly diagnostics: readonly DiagnosticJson[];
}

export interface DeclarationJson {
  readonly name: string;
  readonly kind: 'variable' | 'dimension' | 'function' | 'definition';
  /** Of a function: of its argument, `[]` for one that acts entry by entry. */
  readonly shape: readonly string[];
  readonly properties: readonly string[];
  readonly inferred: boolean;
  /** `for l = 1..L`; null for what is no family. */
  readonly range: RangeJson | null;
}

export interface FormulaJson {
  readonly text: string;
  readonly latex: string;
}

export interface RangeJson {
  readonly letter: string;
  readonly from: string;
  readonly to: string;
}

/** `name` is the left side, `text` the right side. */
export interface EquationJson extends FormulaJson {
  readonly name: string;
  readonly nameLatex: string;
  /** The derivative that the name stands for: `∂J/∂Z[L]`. */
  readonly means: FormulaJson | null;
  readonly shape: readonly string[];
  readonly range: RangeJson | null;
}

export interface ResultJson {
  /** `θ`, `W[l]`. */
  readonly wrt: string;
  readonly kind: Result['kind'];
  readonly shape: readonly string[];
  /** The left side, `∂J/∂θ`. */
  readonly name: string;
  readonly nameLatex: string;
  /** null where the check failed: a formula that is wrong is not handed out. */
  readonly text: string | null;
  readonly latex: string | null;
  /** `einsum`: `text` is in index notation, since no form with matrices exists. */
  readonly form: Formula['form'];
  /** How `text` is laid out, in words. */
  readonly layout: string | null;
  /** The same by name. */
  readonly layoutName: LayoutName;
  /** One entry of the result in index notation, `∂J/∂X[i,j] = Σₖ …`; null where that was not asked for or is too long. */
  readonly entries: EquationJson | null;
  /** The derivation by hand, where it was asked for; each line equals the one before. */
  readonly explanation: readonly ExplanationJson[];
  /** Why there is none, and what there is to say besides. */
  readonly explanationNotes: readonly string[];
  /** `dF = A dX B`, `dJ = G : dX`. */
  readonly differential: EquationJson | null;
  readonly range: RangeJson | null;
  /** Parts that `text` names, in the order in which they are computed. */
  readonly where: readonly EquationJson[];
  readonly recursion: readonly EquationJson[];
  readonly shared: readonly EquationJson[];
  readonly trick: TrickJson | null;
  readonly steps: readonly StepJson[];
  readonly cache: readonly CacheJson[];
  readonly cacheTotal: { readonly size: string; readonly numbers: number | null } | null;
  /** null where no check was asked for. */
  readonly check: CheckJson | null;
  readonly notes: readonly string[];
}

export interface TrickJson {
  readonly verdict: TrickVerdict;
  /** Of all paths, one behind the other. */
  readonly chain: readonly FactorJson[];
  /** Of all paths and stages. */
  readonly arrangements: readonly ArrangementJson[];
  readonly reason: string;
  /** The gradient is the sum over the paths. */
  readonly paths: readonly PathJson[];
}

export interface PathJson extends ArrangingJson {
  /** Of a long chain, which goes stage by stage; empty where all factors were arranged at once. */
  readonly stages: readonly StageJson[];
}

export interface StageJson extends ArrangingJson {
  /** The name under which the next stage takes the result; null for the last. */
  readonly name: string | null;
  /** What it is the gradient by. */
  readonly of: string;
}

export interface ArrangingJson {
  readonly chain: readonly FactorJson[];
  readonly wanted: readonly string[];
  readonly arrangements: readonly ArrangementJson[];
  readonly omitted: number;
}

export interface FactorJson extends FormulaJson {
  readonly shape: readonly string[];
  readonly because: string;
}

export interface ArrangementJson extends FormulaJson {
  readonly passes: boolean;
  /** Why each factor stands where it does. */
  readonly places: readonly string[];
}

export interface StepJson extends FormulaJson {
  readonly rule: string;
  readonly because: string;
  /** Held against differences, and right. */
  readonly checked: boolean;
  readonly name: string;
}

/** One line of a derivation by hand. */
export interface ExplanationJson {
  /** What stands left of the equals sign; '' where the line goes on with that of the line before. */
  readonly name: string;
  readonly formula: string;
  readonly latex: string;
  /** By which rules it comes from the line before. */
  readonly rule: string;
  readonly rules: readonly { readonly name: string; readonly law: string }[];
  /** Its value was found equal to that of the line before. */
  readonly checked: boolean;
}

export interface CacheJson extends FormulaJson {
  readonly range: RangeJson | null;
  readonly size: string;
  readonly numbers: number | null;
  readonly because: string;
}

export interface CheckJson {
  readonly verdict: CheckSummary['verdict'];
  readonly reason?: string;
  readonly points: number;
  readonly maxRelativeError: number;
  readonly taylorOrder: number | null;
  /** Of the first point. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** Of every point. */
  readonly allDimensions: readonly Readonly<Record<string, number>>[];
  readonly seed: number;
}

export interface DiagnosticJson {
  readonly severity: Diagnostic['severity'];
  readonly code: string;
  readonly message: string;
  readonly labels: readonly LabelJson[];
  readonly notes: readonly string[];
  /** What to type instead; it was tried. */
  readonly fix?: string;
}

/** A place in the input. Offsets count UTF-16 units from the start of the piece, lines and columns from one. */
export interface LabelJson {
  /** `expression`, `--where`, `--wrt`, a file. */
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** The answer as data for other programs. */
export function reportJson(report: Report): ReportJson {
  const text: TextOptions = { names: namesOf(report) };
  return {
    schema: 1,
    expression: toText(report.expression, text),
    name: report.name,
    declarations: report.declarations.map((d) => ({
      name: d.name,
      kind: d.kind,
      shape: shapeJson(d.shape),
      properties: d.properties,
      inferred: d.inferred,
      range: rangeJson(d.range),
    })),
    definitions: report.definitions.map((e) => equationJson(e, text)),
    repetitions: report.repetitions.map((r) => ({
      text: report.source.text.slice(r.span.start, r.span.end),
      from: shapeJson(r.from),
      to: shapeJson(r.to),
    })),
    assumptions: report.assumptions,
    results: report.results.map((r) => resultJson(report, r, text)),
    ...(report.cost ? { cost: costJson(report, report.cost, text) } : {}),
    diagnostics: checkFailures(report).map((d) => ({ ...d, labels: [] })),
  };
}

/** The same form where there is no answer. */
export const diagnosticsJson = (
  diagnostics: readonly Diagnostic[],
  source: Source,
): ReportJson => ({
  schema: 1,
  expression: '',
  name: '',
  declarations: [],
  definitions: [],
  repetitions: [],
  assumptions: [],
  results: [],
  diagnostics: diagnostics.map((d) => ({
    severity: d.severity,
    code: d.code,
    message: d.message,
    labels: d.labels.map(({ start, end, text }) => {
      const { piece, line, column } = locate(source, start);
      return {
        source: piece.name,
        start: start - piece.start,
        end: end - piece.start,
        line,
        column,
        text,
      };
    }),
    notes: d.notes,
    ...(d.fix === undefined ? {} : { fix: d.fix }),
  })),
});

function resultJson(report: Report, r: Result, text: TextOptions): ResultJson {
  const name = shownLeft(report, r);
  const variable: Left = { kind: 'name', name: r.variable.name, index: r.variable.index };
  const formula = shownFormula(r);
  const failed = r.check?.verdict === 'failed';
  const equations = (list: readonly Equation[]): readonly EquationJson[] =>
    failed ? [] : list.map((e) => equationJson(e, text));
  return {
    wrt: leftText(variable),
    kind: r.kind,
    shape: shapeJson(r.shape),
    name: leftText(name),
    nameLatex: leftLatex(name),
    text: failed ? null : formulaText(formula, text),
    latex: failed ? null : formulaLatex(formula),
    form: formula.form,
    layout: r.kind === 'zero' ? r.layout : layoutLine(r, leftText(variable)),
    layoutName: layoutNameOf(r),
    entries: r.entries && !failed ? equationJson(r.entries, text) : null,
    explanation: failed ? [] : (r.explanation?.lines ?? []).map((l) => explanationJson(l, text)),
    explanationNotes: r.explanation?.notes ?? [],
    differential: r.differential && !failed ? equationJson(r.differential, text) : null,
    range: rangeJson(r.range),
    where: equations(r.where),
    recursion: equations(r.recursion),
    shared: equations(r.shared),
    trick: r.trick && !failed ? trickJson(r.trick, text) : null,
    steps: failed
      ? []
      : r.steps.map((s) => ({
          rule: s.rule,
          because: s.because,
          checked: s.checked,
          name: leftText(s.left),
          text: formulaText(s.formula, text),
          latex: formulaLatex(s.formula),
        })),
    cache: failed ? [] : r.cache.map((c) => cacheJson(c, text)),
    cacheTotal:
      r.cacheTotal && !failed
        ? { size: toText(r.cacheTotal.size, text), numbers: r.cacheTotal.numbers }
        : null,
    check: r.check && checkJson(r.check),
    notes: failed ? [] : r.notes,
  };
}

const explanationJson = (l: ExplanationLine, text: TextOptions): ExplanationJson => ({
  name: l.left ? leftText(l.left) : '',
  formula: formulaText(l.formula, text),
  latex: formulaLatex(l.formula),
  rule: l.rules.map((r) => r.name).join(', '),
  rules: l.rules.map(({ name, law }) => ({ name, law })),
  checked: l.checked,
});

const equationJson = (e: Equation, text: TextOptions): EquationJson => ({
  name: leftText(e.left),
  nameLatex: leftLatex(e.left),
  means: e.means && { text: leftText(e.means), latex: leftLatex(e.means) },
  text: formulaText(e.formula, text),
  latex: formulaLatex(e.formula),
  shape: shapeJson(e.shape),
  range: rangeJson(e.range),
});

function trickJson(trick: TrickReport, text: TextOptions): TrickJson {
  const paths = trick.paths.map((p): PathJson => {
    const stages = p.stages.map((s) => ({
      ...arrangingJson(s, text),
      name: s.name,
      of: toText(s.of, text),
    }));
    return { ...arrangingJson(p, text), stages };
  });
  return {
    verdict: trick.verdict,
    chain: paths.flatMap((p) => p.chain),
    arrangements: paths.flatMap((p) => [
      ...p.stages.flatMap((s) => s.arrangements),
      ...(p.stages.length === 0 ? p.arrangements : []),
    ]),
    reason: trick.reason,
    paths,
  };
}

const arrangingJson = (a: ArrangingReport, text: TextOptions): ArrangingJson => ({
  chain: a.chain.map((f) => ({
    ...exprJson(f.expr, text),
    shape: shapeJson(f.shape),
    because: f.because,
  })),
  wanted: shapeJson(a.wanted),
  arrangements: a.arrangements.map((x) => ({
    ...exprJson(x.expr, text),
    passes: x.passes,
    places: x.places,
  })),
  omitted: a.omitted,
});

const exprJson = (expr: Expr, text: TextOptions): FormulaJson => ({
  text: toText(expr, text),
  latex: exprLatex(expr),
});

const cacheJson = (c: CacheItem, text: TextOptions): CacheJson => ({
  ...exprJson(c.expr, text),
  range: rangeJson(c.range),
  size: toText(c.size, text),
  numbers: c.numbers,
  because: c.because,
});

export const checkJson = (c: CheckSummary): CheckJson => ({
  verdict: c.verdict,
  ...(c.reason === undefined ? {} : { reason: c.reason }),
  points: c.points,
  maxRelativeError: c.maxRelativeError,
  taylorOrder: c.taylorOrder,
  dimensions: c.dimensions[0] ?? {},
  allDimensions: c.dimensions,
  seed: c.seed,
});

/** Dimensions as they are typed: `2n+1`, `n[l-1]`. */
export const shapeJson = (shape: Shape): readonly string[] =>
  shape.map((d) => formatDim(d, '-').replaceAll('·', '*'));

const rangeJson = (range: Range | null): RangeJson | null =>
  range && { letter: range.letter, from: indexText(range.from), to: indexText(range.to) };
