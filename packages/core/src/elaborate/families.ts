import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import type { Value } from '../ops/value.ts';
import type { Dim, IndexExpr } from '../shape/dim.ts';
import { atomText, dimName, indexText, mapDim, substituteDimIndex } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import { formatShape, sameShape } from '../shape/shape.ts';
import type { Definition, Span } from '../syntax/tree.ts';
import { at, fail } from './errors.ts';
import { elaborate } from './expression.ts';
import { Clash, type Names } from './names.ts';
import type { FamilyEquation, FamilySystem, Range } from './problem.ts';
import type { Scope } from './scope.ts';

/**
 * Families of equations: `Z[0] = X`, `Z[l] = σ(Z[l−1] W[l])`. A member is a symbol with its place; its shape follows from the
 * family's base by letting the places of dimensions run along (`m×n[0]` at 0 is `m×n[l]` at l), and every step is held to it.
 */
export class Families {
  readonly #scope: Scope;
  readonly #names: Names;
  /** Shapes at the family's own letter. */
  readonly #shapes = new Map<string, { readonly letter: string; readonly shape: Shape }>();
  readonly #used = new Set<string>();
  readonly #equations = new Map<Definition, FamilyEquation>();
  /** The letter of the step that is being read. */
  #letter: string | null = null;
  readonly #open: string[] = [];

  constructor(scope: Scope, names: Names) {
    this.#scope = scope;
    this.#names = names;
  }

  isLetter = (name: string): boolean => name === this.#letter;

  /** Runs something that is no part of the step being read. */
  outside<T>(f: () => T): T {
    return this.within(null, f);
  }

  /** The value of `Z[l−1]`: a symbol of the family's shape there. undefined for what no equation defines. */
  member(name: string, index: IndexExpr, span: Span): Value | undefined {
    if (!this.#scope.families.has(name)) return undefined;
    this.#used.add(name);
    const { letter, shape } = this.#shapeOf(name, span);
    const sides = shape.map((d) => this.#names.resolve(substituteDimIndex(d, letter, index)));
    const node = symbol(name, sides, { index });
    return { node, shape: sides };
  }

  /** Reads the equations of every family in use, and those that they use. */
  settle(): void {
    // what an equation uses joins the list while it is walked
    for (const name of this.#used)
      for (const line of this.#scope.families.get(name) ?? []) this.#equation(line);
  }

  /** The equations in use; steps in the order in which each uses only earlier ones at its own place. */
  system(): FamilySystem | null {
    if (this.#used.size === 0) return null;
    const all = [...this.#equations.values()];
    return { bases: all.filter((e) => !e.range), steps: inOrder(all.filter((e) => e.range)) };
  }

  #lines(name: string): { bases: Definition[]; step: Definition | undefined } {
    const lines = this.#scope.families.get(name) ?? [];
    const steps = lines.filter((l) => typeof l.name.index?.variable === 'string');
    const [step, again] = steps;
    if (step && again) {
      fail('duplicate-definition', `${name} has two equations for its steps`, [
        at(again.name.span, 'again here'),
        at(step.name.span, 'first here'),
      ]);
    }
    if (step?.name.index && step.name.index.offset !== 0) {
      const letter = step.name.index.variable ?? 'l';
      fail(
        'bad-index',
        `an equation of a family defines ${name}[${letter}], not ${atomText(name, step.name.index)}`,
        [at(step.name.span)],
        { notes: [`shift the places: ${name}[${letter}] = … in terms of ${name}[${letter}-1]`] },
      );
    }
    return {
      bases: lines.filter((l) => l !== step && typeof l.name.index?.variable !== 'string'),
      step,
    };
  }

  #shapeOf(name: string, span: Span): { letter: string; shape: Shape } {
    const had = this.#shapes.get(name);
    if (had) return had;
    const { bases, step } = this.#lines(name);
    const letter = step?.name.index?.variable ?? 'l';
    const declared = this.#scope.variables.get(name);
    let shape: Shape;
    if (declared?.shape) {
      const own = declared.letter;
      shape = own
        ? declared.shape.map((d) => substituteDimIndex(d, own, { variable: letter, offset: 0 }))
        : declared.shape;
    } else {
      if (this.#open.includes(name)) {
        fail(
          'no-base',
          `the shape of ${name}[${letter}] is not known: it has no first member`,
          [at(span, 'used here')],
          { notes: [`give it one, \`${name}[0] = …\`, or declare its shape`] },
        );
      }
      this.#open.push(name);
      const [base] = bases;
      if (base) {
        const value = this.outside(() => elaborate(base.value, this.#names));
        shape = value.shape.map((d) => running(d, letter, base.name.index?.offset ?? 0));
      } else if (step) {
        shape = this.within(letter, () => elaborate(step.value, this.#names)).shape;
      } else {
        shape = [];
      }
      this.#open.pop();
    }
    const found = { letter, shape };
    this.#shapes.set(name, found);
    return found;
  }

  /** Runs something that is read as a step for a letter. */
  within<T>(letter: string | null, f: () => T): T {
    const before = this.#letter;
    this.#letter = letter;
    try {
      return f();
    } finally {
      this.#letter = before;
    }
  }

  #equation(line: Definition): void {
    const index = line.name.index;
    if (!index) return;
    const { name, span } = line.name;
    const target = this.member(name, index, span);
    if (target?.node.kind !== 'symbol') return;
    const value = this.within(index.variable, () => elaborate(line.value, this.#names));
    if (!sameShape(value.shape, target.shape)) {
      const report = (): never =>
        fail(
          'shape-mismatch',
          `${atomText(name, index)} is ${formatShape(target.shape)}, and this is ${formatShape(value.shape)}`,
          [at(line.value.span, formatShape(value.shape)), at(span, formatShape(target.shape))],
          {
            notes: [
              'the shape of a family follows from its first member: the places of dimensions run along, n[0] to n[l]',
            ],
          },
        );
      if (value.shape.length !== target.shape.length) report();
      throw new Clash(
        value.shape.map((d, i): [Dim, Dim] => [d, target.shape[i] ?? d]),
        report,
      );
    }
    this.#equations.set(line, {
      member: target.node,
      shape: target.shape,
      node: value.node,
      expr: line.value,
      range: index.variable === null ? null : this.#rangeOf(line, index.variable),
    });
  }

  /** `for l = 1..L` of the line, or of a declaration or equation with the same letter. */
  #rangeOf(line: Definition, letter: string): Range {
    const scope = this.#scope;
    const others = [
      ...[...scope.families.values()].flat().map((l) => l.range),
      ...[...scope.variables.values()].map((v) => v.range),
    ];
    const range = line.range ?? others.find((r) => r?.variable === letter);
    if (!range) {
      return fail('bad-range', `from where to where does ${letter} run?`, [at(line.name.span)], {
        notes: [`say so behind the equation: \`for ${letter} = 1..L\``],
      });
    }
    if (range.variable !== letter) {
      return fail(
        'bad-range',
        `the equation is for ${letter}, and its range is for ${range.variable}`,
        [at(range.span), at(line.name.span)],
      );
    }
    if (range.from.variable !== null) {
      fail('bad-range', 'a range begins at a number', [at(range.span)], {
        notes: [`such as \`for ${letter} = 1..${indexText(range.to)}\``],
      });
    }
    return { letter, from: range.from, to: range.to };
  }
}

/** `n[0]` at the place 0 is `n[l]` at l. */
const running = (d: Dim, letter: string, base: number): Dim =>
  mapDim(d, (a) =>
    dimName(
      a.name,
      a.index?.variable === null ? { variable: letter, offset: a.index.offset - base } : a.index,
    ),
  );

/** Steps sorted so that what a step uses at its own place comes before it. */
function inOrder(steps: readonly FamilyEquation[]): FamilyEquation[] {
  const done: FamilyEquation[] = [];
  const open = new Set<FamilyEquation>();
  const visit = (step: FamilyEquation): void => {
    if (done.includes(step)) return;
    if (open.has(step)) {
      const circle = [...open].map((s) => atomText(s.member.name, s.member.index));
      fail('circular-definition', `${circle.join(' and ')} need each other at the same place`, [
        at(step.expr.span),
      ]);
    }
    open.add(step);
    for (const used of sameplace(step.node, step.range?.letter ?? null)) {
      const next = steps.find((s) => s.member.name === used.name);
      if (next) visit(next);
    }
    open.delete(step);
    done.push(step);
  };
  for (const s of steps) visit(s);
  return done;
}

const sameplace = (node: Node, letter: string | null): Sym[] =>
  symbolsOf([node]).filter((s) => s.index?.variable === letter && s.index?.offset === 0);
