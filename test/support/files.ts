import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const notOurs = /^(\.git|\.venv.*|coverage|dist|node_modules)$/u;

/** The files below a folder of the repository, as paths from the root. */
export function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(absolute(path), { withFileTypes: true })) {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && !notOurs.test(entry.name)) visit(below);
      else if (entry.isFile()) found.push(below);
    }
  };
  visit(folder);
  return found.sort();
}

export function absolute(path: string): string {
  return `${root}${path}`;
}
