import type { FamilyEquation } from '../elaborate/problem.ts';
import { multiply, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import type { Shape } from '../shape/shape.ts';
import type { FamilyDerivation } from './derivation.ts';
import { moved, samePlace } from './places.ts';
import { atPlace, letterPlace, symbolAt } from './rename.ts';
import { isMoving, isOnePlace } from './system.ts';

/** A scalar of one step alone, whose gradient is the step's contribution: ⟨G[l], σ(Z[l−1] W[l])⟩. */
export interface StepQuestion {
  /** null: the objective itself, where it uses the variable directly. */
  readonly equation: FamilyEquation | null;
  /** The step's right side weighed with the cotangent of its left side, a symbol of role `part`. */
  readonly value: Node;
  /** As it stands in the step: `W[l]`. */
  readonly variable: Sym;
  readonly shape: Shape;
}

/**
 * What to ask of one step in place of the whole chain. By the chain rule ∂J/∂W[l] = ∂⟨G[l], F(W[l])⟩/∂W[l] with G[l] held fixed,
 * so that whatever is done by hand to a loss can be done to a layer.
 */
export function stepQuestions(derivation: FamilyDerivation, wanted: Sym): StepQuestion[] {
  const { objective, system, cotangents } = derivation;
  const equations = [...system.bases, ...system.steps];
  const one = isOnePlace(wanted.index, equations) ? wanted.index : null;
  const isAsked = (s: Sym): boolean => !one || (s.index !== null && samePlace(s.index, one));
  const direct = occurrences(objective, wanted)
    .filter(isAsked)
    .map((variable): StepQuestion => {
      return { equation: null, value: objective, variable, shape: variable.shape };
    });
  const steps = equations.flatMap((equation) => {
    const cotangent = cotangents.find((c) => c.member.name === equation.member.name);
    if (!cotangent) return [];
    const at = equation.range ? letterPlace(equation.range.letter) : equation.member.index;
    const own = cotangent.symbol.index?.variable ?? null;
    const g =
      cotangent.constant ??
      (at && own !== null ? symbolAt(cotangent.symbol, own, at) : cotangent.symbol);
    const value = total(multiply([g, equation.node]));
    return occurrences(equation.node, wanted).flatMap((s): StepQuestion[] => {
      // of a step the one in which the wanted member stands
      const letter = one && isMoving(s, equation.range) ? equation.range?.letter : undefined;
      const here = one && moved(one, -(s.index?.offset ?? 0));
      const variable = letter && here ? symbolAt(s, letter, here) : s;
      if (!isAsked(variable)) return [];
      const asked = letter && here ? atPlace(value, letter, here) : value;
      return [{ equation, value: asked, variable, shape: variable.shape }];
    });
  });
  return [...steps, ...direct];
}

const occurrences = (node: Node, wanted: Sym): Sym[] =>
  symbolsOf([node]).filter((s) => s.name === wanted.name && s.role === 'variable');
