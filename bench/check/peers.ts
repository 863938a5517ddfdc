import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Gradient } from './cases.ts';

/** The checkers of other libraries, in Python processes that ask this one for values. */
export interface Peers {
  readonly names: readonly string[];
  /** Whether each accepts the gradient. */
  check(
    x: Float64Array,
    f: (x: Float64Array) => number,
    g: Gradient,
  ): Promise<Record<string, unknown>>;
  /** The numerical gradient of each. */
  numeric(x: Float64Array, f: (x: Float64Array) => number): Promise<Record<string, unknown>>;
  close(): void;
}

const script = fileURLToPath(new URL('peers.py', process.env['MATGRAD_BENCH'] ?? import.meta.url));

/** Where checkers are looked for unless MATGRAD_PEERS says where: what `--peers` makes, and what the machine has. */
const INTERPRETERS = ['.venv-peers/bin/python', '.venv/bin/python', 'python3', '/usr/bin/python3'];

/**
 * Starts the interpreters named by MATGRAD_PEERS (separated by colons), else the usual ones. Each library is taken from the first that
 * has it.
 */
export async function startPeers(root: string): Promise<Peers> {
  const named = process.env['MATGRAD_PEERS']?.split(':');
  const usual = INTERPRETERS.map((p) => (p.startsWith('.') ? `${root}${p}` : p));
  const all: Peers[] = [];
  for (const one of (named ?? usual).filter((p) => !p.includes('/') || existsSync(p))) {
    const known = all.flatMap((p) => p.names);
    const peer = await start(one, known);
    if (peer && peer.names.length > 0) all.push(peer);
    else peer?.close();
  }
  const merged = async (
    ask: (p: Peers) => Promise<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> => {
    const found = {};
    for (const p of all) Object.assign(found, await ask(p));
    return found;
  };
  return {
    names: all.flatMap((p) => p.names),
    check: (x, f, g) => merged((p) => p.check(x, f, g)),
    numeric: (x, f) => merged((p) => p.numeric(x, f)),
    close: () => {
      for (const p of all) p.close();
    },
  };
}

/** @param known checkers that are there already */
async function start(interpreter: string, known: readonly string[]): Promise<Peers | undefined> {
  const child = spawn(interpreter, ['-u', script, ...known], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines: string[] = [];
  let wake: (() => void) | undefined;
  let over = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake?.();
  });
  const end = (): void => {
    over = true;
    wake?.();
  };
  child.on('error', end);
  child.on('close', end);
  child.stdin.on('error', () => {});
  const next = async (): Promise<Record<string, unknown> | undefined> => {
    while (lines.length === 0 && !over)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    const line = lines.shift();
    return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
  };
  const send = (message: unknown): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  const first = await next();
  if (!first) return undefined;
  const serve = async (
    task: unknown,
    f: (x: Float64Array) => number,
    g: Gradient,
  ): Promise<Record<string, unknown>> => {
    send(task);
    for (let asked = await next(); asked; asked = await next()) {
      if (asked['done']) return asked['done'] as Record<string, unknown>;
      if (asked['f']) send(f(Float64Array.from(asked['f'] as number[])));
      else send([...g(Float64Array.from(asked['g'] as number[]))]);
    }
    return {};
  };
  return {
    names: first['checkers'] as string[],
    check: (x, f, g) => serve({ do: 'check', x: [...x] }, f, g),
    numeric: (x, f) => serve({ do: 'numeric', x: [...x] }, f, () => new Float64Array(0)),
    close: () => child.kill(),
  };
}
