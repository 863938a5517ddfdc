import type { Node } from '../expr/node.ts';
import type { Shape } from '../shape/shape.ts';
import type { Placement } from './arrange.ts';
import type { Network } from './chain.ts';
import type { Words } from './words.ts';

export interface PlaceContext {
  readonly wanted: Shape;
  readonly variable: Node;
  readonly words: Words;
}

export function placesOf(_n: Network, _p: Placement, _c: PlaceContext): string[] {
  return [];
}
