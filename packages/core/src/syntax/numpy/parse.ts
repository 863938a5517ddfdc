import type { Source } from '../../diagnostic/source.ts';
import type { Errors } from '../errors.ts';
import type { Claim, Declaration, Definition, Expr, NameSyntax, Span, Statement } from '../tree.ts';
import { type Forms, ranksOf, readingOf } from './forms.ts';
import { type PyStatement, pythonStatements } from './read.ts';

/** A text of Python that was read. */
export interface PythonRead {
  /** Those of the expression's own piece stand last. */
  readonly statements: readonly Statement[];
  readonly expression: Expr | null;
  readonly claims: readonly Claim[];
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
        into.push(...shapeStatements(s, forms));
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
  const declared = forms.sidesOf(s.of.name) ?? [];
  const same = s.names.every((n, k) => {
    const side = declared[k];
    return side?.kind === 'name' && side.name === n.name;
  });
  if (!same) {
    return s.names.flatMap((n, k) => {
      const side = declared[k];
      return side && !(side.kind === 'name' && side.name === n.name)
        ? [definitionOf(n, side, s)]
        : [];
    });
  }
  const sides = s.names.map((n): Expr => ({ kind: 'name', ...n }));
  const declaration: Declaration = {
    kind: 'declaration',
    span: s.span,
    names: [s.of],
    shape: { span: s.span, sides },
    properties: [],
    range: null,
  };
  const isNew = declared.every((side, k) => side.span === s.names[k]?.span);
  return isNew ? [declaration] : [];
}
