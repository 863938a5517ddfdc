import type { Source } from '../../diagnostic/source.ts';
import type { Errors } from '../errors.ts';
import { fail } from '../problem.ts';
import type {
  Assumption,
  Claim,
  Declaration,
  Definition,
  Expr,
  NameSyntax,
  Span,
  Statement,
} from '../tree.ts';
import { type Forms, ranksOf, readingOf } from './forms.ts';
import { type PyStatement, pythonStatements } from './read.ts';

/** A text of Python that was read. */
export interface PythonRead {
  /** Those of the expression's own piece stand last. */
  readonly statements: readonly Statement[];
  readonly expression: Expr | null;
  readonly claims: readonly Claim[];
  readonly assumptions: readonly Assumption[];
  /** What undeclared names were taken for: without it the formulas would mean something else. */
  readonly ranks: ReadonlyMap<string, 'scalar' | 'vector' | 'matrix'>;
  /** The formulas, in the order of the text; there should be one at the most. */
  readonly formulas: readonly Span[];
  /** The roles of the pieces in which something stands. */
  readonly roles: ReadonlySet<string>;
}

/** Reads all pieces as Python with NumPy, JAX or PyTorch. Mistakes go to `errors`. */
export function parsePythonPieces(source: Source, errors: Errors): PythonRead {
  const guard = <T>(read: () => T): T | undefined => errors.guard(read);
  const read = source.pieces
    .filter((p) => p.role !== 'wrt')
    .flatMap((piece) => guard(() => pythonStatements(source.text, piece, guard)) ?? []);
  const forms = readingOf(read);
  const statements: Statement[] = [];
  const own: Statement[] = [];
  const claims: Claim[] = [];
  const assumptions: Assumption[] = [];
  let expression: Expr | null = null;
  const formulas = read.filter((s) => s.kind === 'formula');
  for (const s of read) {
    const into = s.piece.role === 'expression' ? own : statements;
    switch (s.kind) {
      case 'declaration':
        into.push(s.declaration);
        break;
      case 'alias':
        into.push(definitionOf(s.name, s.value, s));
        break;
      case 'shape':
        into.push(...(guard(() => shapeStatements(s, forms)) ?? []));
        break;
      case 'sides':
        if (forms.sidesOf(s.of.name) === s.sides) into.push(declarationOf(s.of, s.sides, s.span));
        break;
      case 'definition': {
        const value = guard(() => forms.read(s.value));
        if (value) into.push(definitionOf(s.name, value.expr, s));
        if (value && s.piece.role === 'expression' && formulas.length === 0)
          expression = { kind: 'name', ...s.name };
        break;
      }
      case 'formula':
        expression = guard(() => forms.read(s.value))?.expr ?? null;
        break;
      case 'assumption': {
        const sides = guard(() => [forms.read(s.left).expr, forms.read(s.right).expr]);
        const [left, right] = sides ?? [];
        if (left && right) assumptions.push({ kind: 'assumption', span: s.span, left, right });
        break;
      }
      case 'claim': {
        const value = guard(() => forms.read(s.value));
        if (value)
          claims.push({
            kind: 'claim',
            span: s.span,
            target: s.claim.target,
            value: value.expr,
            range: null,
            parts: [],
          });
      }
    }
  }
  return {
    statements: [...statements, ...own],
    expression,
    claims,
    assumptions,
    ranks: ranksOf(forms),
    formulas: formulas.map((s) => s.span),
    roles: new Set(read.map((s) => s.piece.role)),
  };
}

const definitionOf = (
  name: NameSyntax,
  value: Expr,
  { span }: Pick<PyStatement, 'span'>,
): Definition => ({
  kind: 'definition',
  span,
  name,
  value,
  range: null,
  parts: [],
});

/** `m, n = X.shape` declares X, or says once more what was declared, or gives the lengths new names. */
function shapeStatements(s: Extract<PyStatement, { kind: 'shape' }>, forms: Forms): Statement[] {
  const declared = forms.sidesOf(s.of.name);
  if (!declared) {
    return fail(
      'array-function',
      s.of.span,
      `the lengths of ${s.of.name} have no names`,
      'not declared',
      {
        notes: ['they are declared as in `X: m×n`, or `m, n = X.shape`'],
      },
    );
  }
  const [first, ...more] = declared;
  if (s.way === 'size' && first && more.length > 0) {
    const times = (left: Expr, right: Expr): Expr => ({
      kind: 'product',
      span: s.span,
      op: 'times',
      left,
      right,
    });
    return s.names.map((n) => definitionOf(n, more.reduce(times, first), s));
  }
  const sides = declared.slice(s.from);
  if (sides.length < s.names.length || (s.way === 'shape' && sides.length !== s.names.length))
    fail(
      'array-rank',
      s.span,
      `${s.of.name} has ${declared.length} dimension${declared.length === 1 ? '' : 's'}`,
      'this many',
    );
  const made = sides.every((side, k) => side.span === s.names[k]?.span);
  if (!made) {
    return s.names.flatMap((n, k) => {
      const side = sides[k];
      const same = side?.kind === 'name' && side.name === n.name;
      return side && !same ? [definitionOf(n, side, s)] : [];
    });
  }
  return [declarationOf(s.of, sides, s.span)];
}

const declarationOf = (name: NameSyntax, sides: readonly Expr[], span: Span): Declaration => ({
  kind: 'declaration',
  span,
  names: [name],
  shape: { span, sides },
  properties: [],
  range: null,
});
