// Adds to package-lock.json the builds of a tool for other platforms that npm left out.
//
// npm writes an entry for an optional package only where the registry at hand has it; a mirror that keeps one
// platform's builds thus yields a lock file that `npm ci` calls out of step. The names say what each build is
// for, so the missing entries can be written without asking a registry. Run by hand after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

const systems = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);
const processors = new Set(['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64']);

/** `@oxlint/binding-linux-x64-musl` is for `{ os: ['linux'], cpu: ['x64'], libc: ['musl'] }`. */
function platform(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => systems.has(word));
  const cpu = words.find((word) => processors.has(word));
  if (os === undefined || cpu === undefined) throw new Error(`no platform in the name ${name}`);
  const abi = words.at(-1);
  if (os !== 'linux' || processors.has(abi)) return { os: [os], cpu: [cpu] };
  return { os: [os], cpu: [cpu], libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] };
}

const added = {};
for (const { optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] !== undefined || !/^\d/.test(version)) continue;
    const { os, cpu, libc } = platform(name);
    added[path] = { version, cpu, dev: true, ...(libc && { libc }), optional: true, os };
  }
}

lock.packages = Object.fromEntries(
  Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${Object.keys(added).length} entries added\n`);
