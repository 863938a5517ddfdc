import { closestFunction, functionListText, functionText } from 'matgrad';
import { styleOf } from './colour.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import type { FunctionsFlags } from './program.ts';

/** `matgrad functions`: all of them, or all about one. */
export function runFunctions(name: string | undefined, flags: FunctionsFlags, io: Io): number {
  const options = { ascii: flags.ascii ?? false, style: styleOf(flags.color, io.out, io) };
  const text = name === undefined ? functionListText(options) : functionText(name, options);
  if (text === undefined) throw unknown(name ?? '');
  io.out.write(text);
  return EXIT.fine;
}

function unknown(name: string): UsageError {
  const close = closestFunction(name);
  return new UsageError(
    `there is no function ${name}`,
    close === undefined ? ['see: matgrad functions'] : [`did you mean ${close}?`],
  );
}
