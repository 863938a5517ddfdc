import { run } from './run.ts';

/** The command as a process. */

// A reader that has seen enough (`| head`) is no error; a full disk is one, and nothing can be said on standard error about itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`matgrad: standard output cannot be written (${error.code})\n`);
  process.exit(2);
});
process.stderr.on('error', () => process.exit(2));

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

const streamOf = (stream: NodeJS.WriteStream) => ({
  write: (data: string | Uint8Array) => void stream.write(data),
  isTerminal: stream.isTTY,
  columns: stream.columns,
});

process.exitCode = await run(process.argv.slice(2), {
  out: streamOf(process.stdout),
  err: streamOf(process.stderr),
  stdin: readStdin,
  env: process.env,
  cwd: process.cwd(),
});
