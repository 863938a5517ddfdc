import { readFileSync, writeFileSync } from 'node:fs';
import { run } from '../../packages/cli/src/run.ts';
import { absolute } from '../support/files.ts';
import { python } from '../support/python.ts';

/**
 * Transcripts in Markdown: blocks marked `console`, in which `$ …` is a command and the lines below it what it prints.
 * A line `…` alone stands for any lines. Understood are `matgrad`, `cat FILE`, and `echo 'text' | matgrad`.
 */
export interface Transcript {
  readonly command: string;
  readonly expected: string;
  /** Where the expected lines stand in the document: offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** The transcripts of a document, in order. */
export function transcriptsOf(markdown: string): Transcript[] {
  const found: Transcript[] = [];
  for (const block of markdown.matchAll(/^```console\n(.*?)^```$/gmsu)) {
    const body = block[1] ?? '';
    const at = block.index + '```console\n'.length;
    const commands = [...body.matchAll(/^\$ ((?:.*\\\n)*.*)\n/gmu)];
    commands.forEach((c, i) => {
      const start = at + c.index + c[0].length;
      const end = at + (commands[i + 1]?.index ?? body.length);
      const command = (c[1] ?? '').replaceAll(/\\\n\s*/gu, '');
      found.push({ command, expected: markdown.slice(start, end), start, end });
    });
  }
  return found;
}

/** What a command of a transcript prints: standard output, then standard error. */
export async function outputOf(command: string): Promise<string> {
  const [first = [], second] = pipelineOf(command);
  const [program, ...words] = first;
  if (program === 'cat') return words.map((f) => readFileSync(absolute(f), 'utf8')).join('');
  if (program === 'echo' && second?.[0] === 'matgrad')
    return matgrad(second.slice(1), `${words.join(' ')}\n`);
  if (program === 'matgrad' && !second) return matgrad(words, '');
  throw new Error(`a transcript cannot run: ${command}`);
}

async function matgrad(words: readonly string[], stdin: string): Promise<string> {
  let out = '';
  let err = '';
  await run(words, {
    out: { write: (t) => void (out += t), isTerminal: false },
    err: { write: (t) => void (err += t), isTerminal: false },
    stdin: async () => new TextEncoder().encode(stdin),
    env: { PYTHON: python() },
    cwd: absolute(''),
  });
  return out + err;
}

/** The words of each part of a pipeline, as a POSIX shell takes quotes apart. */
function pipelineOf(command: string): string[][] {
  const parts: string[][] = [[]];
  const token = /\s+|\||(?:'[^']*'|"[^"$`\\]*"|[^\s|'"$`\\<>&;()*?]+)+/uy;
  while (token.lastIndex < command.length) {
    const match = token.exec(command)?.[0];
    if (match === undefined) throw new Error(`a transcript cannot read: ${command}`);
    if (match === '|') parts.push([]);
    else if (match.trim() !== '')
      parts.at(-1)?.push(match.replaceAll(/'([^']*)'|"([^"]*)"/gu, '$1$2'));
  }
  return parts;
}

/** Writes what the commands of a document print into it, where it is not what stands there. */
export async function bringUpToDate(path: string): Promise<void> {
  let text = readFileSync(absolute(path), 'utf8');
  for (const t of transcriptsOf(text).reverse()) {
    const printed = await outputOf(t.command);
    if (!fits(t.expected, printed)) text = text.slice(0, t.start) + printed + text.slice(t.end);
  }
  writeFileSync(absolute(path), text);
}

/**
 * Whether a text is what is expected, where `…` alone on a line stands for any lines. Relative errors are rounding errors,
 * which another machine may have others of: each stands for any of the kind.
 */
export function fits(expected: string, text: string): boolean {
  const pattern = expected
    .split(/^…\n/mu)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&'))
    .join('(?:.*\\n)*?')
    .replaceAll(/\d\\\.\de-\d+/gu, '\\d\\.\\de-\\d+');
  return new RegExp(`^${pattern}$`, 'u').test(text);
}
