import {
  type DeriveOptions,
  derive,
  diagnosticsJson,
  diagnosticsText,
  type Input,
  MatgradError,
  type Report,
  reportJson,
  reportLatex,
  reportMarkdown,
  reportMathml,
  reportText,
  reportTypst,
  sourceOfInput,
} from 'matgrad';
import { type ColourMode, styleOf } from './colour.ts';
import { readInput } from './input.ts';
import { EXIT, type Io } from './io.ts';
import type { DeriveFlags, QuestionOptions } from './program.ts';

/** `matgrad derive`. */
export async function runDerive(formula: string, flags: DeriveFlags, io: Io): Promise<number> {
  const input = await readInput(formula, flags, io);
  const { explain: how } = flags;
  const steps = how === 'steps' || (how === undefined && flags.json === true); // JSON holds all there is
  try {
    const report = derive(input, {
      check: flags.check,
      trick: flags.trick,
      explain: how === undefined || how === 'steps' ? steps : how,
      ...(flags.layout === undefined ? {} : { layout: flags.layout }),
      ...(flags.json ? { entries: true } : {}),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(flags.points === undefined ? {} : { points: flags.points }),
      ...questionOf(flags),
      ...(flags.set === undefined ? {} : { sizes: flags.set }),
      cost: flags.cost ?? false,
    });
    io.out.write(printed(report, flags, io));
    return verdict(report, io);
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    if (flags.json) {
      const json = diagnosticsJson(error.diagnostics, sourceOfInput(input));
      io.out.write(`${JSON.stringify(json, null, 2)}\n`);
    }
    return refuse(error, input, flags, io);
  }
}

/** Which derivative is asked for. */
export const questionOf = ({
  order,
  hvp,
  jvp,
  vjp,
  independentEntries,
}: QuestionOptions): Pick<
  DeriveOptions,
  'order' | 'hvp' | 'jvp' | 'vjp' | 'independentEntries'
> => ({
  ...(order === undefined ? {} : { order }),
  ...(hvp ? { hvp } : {}),
  ...(jvp ? { jvp } : {}),
  ...(vjp ? { vjp } : {}),
  ...(independentEntries ? { independentEntries } : {}),
});

function printed(report: Report, flags: DeriveFlags, io: Io): string {
  const explain = flags.explain !== undefined;
  if (flags.json) return `${JSON.stringify(reportJson(report), null, 2)}\n`;
  if (flags.latex) return reportLatex(report, { explain });
  if (flags.mathml) return reportMathml(report, { explain });
  if (flags.typst) return reportTypst(report, { explain });
  if (flags.markdown) return reportMarkdown(report, { explain });
  return reportText(report, {
    explain,
    ascii: flags.ascii ?? false,
    style: styleOf(flags.color, io.out, io),
    width: widthOf(io),
  });
}

/** Terminals are used up to 100 columns, since longer lines of prose are hard to read. */
export const widthOf = ({ out }: Io): number =>
  out.isTerminal ? Math.min(100, Math.max(40, out.columns ?? 80)) : 80;

/** 1 unless every check that was made passed. */
export function verdict(report: Report, io: Io): number {
  const open = report.results.filter((r) => r.check && r.check.verdict !== 'passed');
  for (const { variable, check } of open)
    io.err.write(
      check?.verdict === 'failed'
        ? `matgrad: the gradient by ${variable.name} failed its own check: a defect of matgrad\n`
        : `matgrad: the check of the gradient by ${variable.name} came to no verdict\n`,
    );
  return open.length > 0 ? EXIT.finding : EXIT.fine;
}

/** Says what is wrong with an input. */
export function refuse(
  error: MatgradError,
  input: Input,
  flags: { readonly ascii?: boolean; readonly color: ColourMode },
  io: Io,
): number {
  const options = { ascii: flags.ascii ?? false, style: styleOf(flags.color, io.err, io) };
  io.err.write(diagnosticsText(error, sourceOfInput(input), options));
  return EXIT.bad;
}
