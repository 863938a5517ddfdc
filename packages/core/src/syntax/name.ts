import { readPlace } from './place.ts';
import type { Reader } from './reader.ts';
import type { NameSyntax } from './tree.ts';
import { unexpected } from './unexpected.ts';

/** `X`, `W[l]`. */
export function readNameSyntax(r: Reader): NameSyntax {
  const token = r.peek();
  if (token.kind !== 'name') return unexpected(r);
  r.next();
  const place = r.is('[') ? readPlace(r) : undefined;
  return {
    span: { start: token.start, end: place?.end ?? token.end },
    name: token.name,
    index: place?.index ?? null,
  };
}

/** `X, Y`, `W[l]`. */
export function readNames(r: Reader): NameSyntax[] {
  const names: NameSyntax[] = [];
  do names.push(readNameSyntax(r));
  while (r.accept(','));
  return names;
}
