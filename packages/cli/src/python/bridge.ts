import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { WORKER } from './worker.ts';

/**
 * Asks a child process and waits for the answer in the same line of code: a check calls the functions under test as functions.
 *
 * A thread of its own speaks with the child; this one sleeps until it is woken or the time is over.
 */
export class Bridge {
  private readonly thread: Worker;
  private readonly port: MessageChannel['port1'];
  private readonly bell: Int32Array;
  private readonly deadline: number;
  private readonly seconds: number;
  private pid: number | undefined;

  /** @param seconds for everything together */
  constructor(
    interpreter: string,
    cwd: string,
    env: Readonly<Record<string, string | undefined>>,
    seconds: number,
  ) {
    const { port1, port2 } = new MessageChannel();
    const bell = new SharedArrayBuffer(4);
    this.port = port1;
    this.bell = new Int32Array(bell);
    this.seconds = seconds;
    this.deadline = Date.now() + 1000 * seconds;
    this.thread = new Worker(THREAD, {
      eval: true,
      workerData: { port: port2, bell, interpreter, cwd, env: { ...env }, script: WORKER },
      transferList: [port2],
    });
    this.thread.unref();
  }

  /** @throws PythonError with the traceback, or with what became of the process */
  ask(request: unknown): unknown {
    Atomics.store(this.bell, 0, 0);
    this.thread.postMessage(JSON.stringify(request));
    const left = this.deadline - Date.now();
    const woken = left > 0 ? Atomics.wait(this.bell, 0, 0, left) : 'timed-out';
    if (woken === 'timed-out')
      throw new PythonError(
        `Python takes longer than ${this.seconds} s; --timeout allows more`,
        '',
      );
    const received = this.receive();
    if (!received) throw new PythonError('Python gave no answer', '');
    if ('ended' in received) throw new PythonError(received.ended, received.said);
    const reply = JSON.parse(received.line) as { readonly error?: string };
    if (reply.error !== undefined) throw new PythonError(lastWord(reply.error), reply.error);
    return reply;
  }

  /** Ends the process, whatever it does. */
  async close(): Promise<void> {
    this.receive();
    await this.thread.terminate();
    this.port.close();
    try {
      if (this.pid !== undefined) process.kill(this.pid, 'SIGKILL');
    } catch {
      // it has ended
    }
  }

  /** The next message that is an answer. */
  private receive(): Exclude<Message, { pid: number }> | undefined {
    for (;;) {
      const message = receiveMessageOnPort(this.port)?.message as Message | undefined;
      if (!message || !('pid' in message)) return message;
      this.pid = message.pid;
    }
  }
}

/** The line of a traceback that says what happened: `ValueError: …`, though notes may follow it. */
const lastWord = (traceback: string): string => {
  const lines = traceback.trimEnd().split('\n');
  return (
    lines.findLast((l) => /^[\w.]+(Error|Exception|Warning|Interrupt|Exit)\b/u.test(l)) ??
    lines.at(-1) ??
    ''
  );
};

/** What Python said when it failed. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
  readonly traceback: string;
  constructor(message: string, traceback: string) {
    super(message);
    this.traceback = traceback;
  }
}

type Message =
  | { readonly pid: number }
  | { readonly line: string }
  | { readonly ended: string; readonly said: string };

/** Runs as a script: starts the interpreter, passes lines on, rings the bell. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { spawn } = require('node:child_process');
const { port, interpreter, cwd, env, script } = workerData;
const bell = new Int32Array(workerData.bell);
const child = spawn(interpreter, ['-u', '-c', script], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
if (child.pid !== undefined) port.postMessage({ pid: child.pid });
let said = '', held = '', over = null;
const ring = (message) => {
  port.postMessage(message);
  Atomics.store(bell, 0, 1);
  Atomics.notify(bell, 0);
};
const end = (why) => {
  over ??= { ended: why, said };
  ring(over);
};
child.on('error', (e) => end(e.code === 'ENOENT' ? 'there is no ' + interpreter + '; PYTHON names an interpreter' : interpreter + ': ' + e.message));
child.on('close', (code, signal) => end('Python ended' + (signal ? ' by ' + signal : code ? ' with ' + code : '')));
child.stdin.on('error', () => {});
child.stderr.setEncoding('utf8').on('data', (text) => { said = (said + text).slice(-8000); });
child.stdout.setEncoding('utf8').on('data', (text) => {
  held += text;
  for (let at = held.indexOf('\\n'); at >= 0; at = held.indexOf('\\n')) {
    const line = held.slice(0, at);
    held = held.slice(at + 1);
    ring({ line });
  }
});
parentPort.on('message', (line) => {
  if (over) ring(over);
  else child.stdin.write(line + '\\n');
});
`;
