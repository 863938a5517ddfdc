import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { JULIA } from '../../../src/emit/columns/julia.ts';
import { MATLAB } from '../../../src/emit/columns/matlab.ts';
import { toColumns } from '../../../src/emit/columns/program.ts';
import { EXAMPLE_PROGRAMS, PROGRAMS, randomPrograms } from '../programs.ts';

const PARSE = `
from tree_sitter import Language, Parser
import tree_sitter_julia, tree_sitter_matlab

grammars = {"julia": tree_sitter_julia, "matlab": tree_sitter_matlab}
parser = Parser(Language(grammars[input["language"]].language()))

def errors(node):
    if node.is_error or node.is_missing:
        yield f"line {node.start_point[0] + 1}: {node.text.decode()[:60]}"
    elif node.has_error:
        for child in node.children:
            yield from errors(child)

output = [list(errors(parser.parse(source.encode()).root_node)) for source in input["sources"]]
`;

describe.skipIf(!python())('programs are read without error by the grammar of', () => {
  test.each([['julia', JULIA] as const, ['matlab', MATLAB] as const])(
    '%s',
    async (name, language) => {
      const all = [...EXAMPLE_PROGRAMS, ...PROGRAMS, ...randomPrograms(25, 4)];
      const sources = all.map(([, program]) => toColumns(program, language));
      const broken = [`${sources[0]}\n)`];
      const found = await runPython(PARSE, { language: name, sources: [...sources, ...broken] });
      const errors = found as string[][];
      expect(errors.pop()).not.toEqual([]);
      const complaints = errors.flatMap((list, k) =>
        list.map((e) => `${all[k]?.[0]}: ${e}\n${sources[k]}`),
      );
      expect(complaints).toEqual([]);
    },
  );
});
