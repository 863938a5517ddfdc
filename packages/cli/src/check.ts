import {
  check,
  checkDerivation,
  derivationJson,
  derivationText,
  diagnosticsJson,
  examinationJson,
  examinationText,
  type Input,
  MatgradError,
  sourceOfInput,
} from 'matgrad';
import { styleOf } from './colour.ts';
import { refuse, widthOf } from './derive.ts';
import { readInput, readText } from './input.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import type { CheckFlags } from './program.ts';

/** `matgrad check --derivation FILE`: 0 only where every line follows. */
function derivation(input: Input, file: string, flags: CheckFlags, io: Io): number {
  const found = checkDerivation(input, readText(file, io), {
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.points === undefined ? {} : { points: flags.points }),
  });
  const style = styleOf(flags.color, io.out, io);
  io.out.write(
    flags.json
      ? `${JSON.stringify(derivationJson(found), null, 2)}\n`
      : derivationText(found, { ascii: flags.ascii ?? false, style, width: widthOf(io) }),
  );
  return found.lines.every((l) => l.verdict === 'follows') ? EXIT.fine : EXIT.finding;
}

/** `matgrad check`: 0 only where every claim is right. */
export async function runCheck(
  formula: string | undefined,
  flags: CheckFlags,
  io: Io,
): Promise<number> {
  const { python } = flags;
  if (python !== undefined)
    return (await import('./python.ts')).runPythonCheck(formula, { ...flags, python }, io);
  if (formula === undefined)
    throw new UsageError("missing required argument 'formula'", ['see: matgrad check --help']);
  const idle = (['value', 'arrays', 'timeout'] as const).find((o) => flags[o] !== undefined);
  if (idle) throw new UsageError(`--${idle} says something of --python, which is missing`);
  const input = {
    ...(await readInput(formula, flags, io)),
    ...(flags.claim ? { claims: flags.claim } : {}),
  };
  try {
    if (flags.derivation !== undefined) return derivation(input, flags.derivation, flags, io);
    const report = check(input, {
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(flags.points === undefined ? {} : { points: flags.points }),
    });
    const style = styleOf(flags.color, io.out, io);
    io.out.write(
      flags.json
        ? `${JSON.stringify(examinationJson(report), null, 2)}\n`
        : examinationText(report, { ascii: flags.ascii ?? false, style, width: widthOf(io) }),
    );
    return report.claims.every((c) => c.verdict === 'right') ? EXIT.fine : EXIT.finding;
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    if (flags.json) {
      const json = diagnosticsJson(error.diagnostics, sourceOfInput(input));
      io.out.write(`${JSON.stringify(json, null, 2)}\n`);
    }
    return refuse(error, input, flags, io);
  }
}
