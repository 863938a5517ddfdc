import type { Style } from 'matgrad';
import pc from 'picocolors';
import type { Io, Stream } from './io.ts';

export type ColourMode = 'auto' | 'always' | 'never';

/**
 * The styles of a stream. `--color` decides; then NO_COLOR and FORCE_COLOR (https://no-color.org, https://force-color.org);
 * then whether a terminal that can show colours reads.
 */
export function styleOf(mode: ColourMode, stream: Stream, io: Io): Style {
  const { bold, dim, green, red, cyan } = pc.createColors(hasColour(mode, stream, io));
  return { bold, dim, green, red, cyan };
}

function hasColour(mode: ColourMode, stream: Stream, { env }: Io): boolean {
  if (mode !== 'auto') return mode === 'always';
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTerminal && env['TERM'] !== 'dumb';
}
