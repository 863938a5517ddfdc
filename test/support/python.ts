import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const interpreter = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const script = fileURLToPath(new URL('./worker.py', import.meta.url));

/**
 * The Python of the tests, or `undefined` where `npm run python` could make none: `test.skipIf(!python())`.
 * Under CI its absence is an error, so that nothing is skipped in silence.
 */
export function python(): string | undefined {
  if (existsSync(interpreter)) return interpreter;
  if (process.env['CI']) throw new Error('no .venv/bin/python: run `npm run python` first');
  return undefined;
}

/**
 * Runs Python code that finds `input` and sets `output`. Arrays of NumPy come back as nested arrays, numbers that
 * JSON lacks as themselves. A Python error, or running for longer than `timeout` milliseconds, rejects.
 *
 * One process serves all calls of a test file, one after another; each call has its own namespace.
 */
export function runPython(source: string, input: unknown, timeout = 20_000): Promise<unknown> {
  const result = queue.then(() => request(source, input, timeout));
  queue = result.catch(() => undefined);
  return result;
}

interface Worker {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What Python itself said on stderr, kept for when it dies. */
  said: string;
  settle: ((line: string | Error) => void) | undefined;
}

interface Reply {
  readonly output?: unknown;
  readonly error?: string;
  readonly printed: string;
}

let queue: Promise<unknown> = Promise.resolve();
let worker: Worker | undefined;

async function request(source: string, input: unknown, timeout: number): Promise<unknown> {
  worker ??= start();
  const line = await exchange(worker, JSON.stringify({ source, input }, encode), timeout);
  const reply = JSON.parse(line, decode) as Reply;
  if (reply.error === undefined) return reply.output;
  const printed = reply.printed === '' ? '' : `\nprinted:\n${reply.printed}`;
  throw new Error(`Python failed\n${reply.error}${printed}\nsource:\n${source}`);
}

function start(): Worker {
  const path = python();
  if (path === undefined) throw new Error('no .venv/bin/python: run `npm run python` first');
  const child = spawn(path, ['-u', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const started: Worker = { process: child, said: '', settle: undefined };
  const end = (why: string): void => {
    if (worker === started) worker = undefined;
    started.settle?.(new Error(`${why}\n${started.said}`));
  };
  child.on('error', (error) => end(error.message));
  child.on('close', (code, signal) => end(`Python ended (${signal ?? code})`));
  child.stdin.on('error', () => undefined); // its end is reported by `close`
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    started.said = (started.said + text).slice(-4000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => started.settle?.(line));
  return started;
}

function exchange(to: Worker, line: string, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      if (worker === to) worker = undefined;
      to.process.kill('SIGKILL');
      to.settle?.(new Error(`Python took longer than ${timeout} ms`));
    }, timeout);
    to.settle = (outcome) => {
      to.settle = undefined;
      clearTimeout(timer);
      if (typeof outcome === 'string') resolve(outcome);
      else reject(outcome);
    };
    to.process.stdin.write(`${line}\n`);
  });
}

/** The numbers that JSON lacks travel as `{ "$float": "NaN" }`; typed arrays as arrays. */
function encode(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { $float: String(value) };
  if (value instanceof Float64Array) return Array.from(value);
  return value;
}

function decode(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$float' in value) return Number(value.$float);
  return value;
}
