import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../test/support/python.ts';
import { matgrad } from './support.ts';

const FORMULA = ['export', '½ ‖Xθ − y‖²', '--wrt', 'θ,X', '--to', 'onnx'] as const;
const NETWORK = [
  'export',
  '½ ‖Z[L] − Y‖²',
  '--where',
  'X: m×n[0]; Y: m×n[L]; W[l]: n[l-1]×n[l] for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L',
  '--wrt',
  'W[l]',
  '--to',
  'onnx',
] as const;

const PORTS = `
import base64, onnx
model = onnx.load_from_string(base64.b64decode(input))
onnx.checker.check_model(model, full_check=True)
sides = lambda v: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]
output = {
    "inputs": {v.name: sides(v) for v in model.graph.input},
    "outputs": {v.name: sides(v) for v in model.graph.output},
    "type": model.graph.output[0].type.tensor_type.elem_type,
    "documentation": model.doc_string,
}
`;

const portsOf = (bytes: Uint8Array = new Uint8Array()): Promise<unknown> =>
  runPython(PORTS, Buffer.from(bytes).toString('base64'));

describe('a model', () => {
  test('is never printed to a terminal', async () => {
    const { code, err, bytes } = await matgrad(FORMULA, { terminal: 80 });
    expect([code, bytes]).toEqual([2, undefined]);
    expect(err).toContain('-o gradient.onnx');
  });

  test('goes to a file, and the same bytes down a pipe', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'matgrad-'));
    const written = await matgrad([...FORMULA, '-o', 'm.onnx'], { cwd, terminal: 80 });
    expect([written.code, written.out]).toEqual([0, '']);
    const piped = await matgrad(FORMULA);
    expect(piped.bytes && Buffer.compare(piped.bytes, readFileSync(join(cwd, 'm.onnx')))).toBe(0);
  });

  test('of a network needs its number of layers', async () => {
    const { code, err, bytes } = await matgrad(NETWORK);
    expect([code, bytes]).toEqual([2, undefined]);
    expect(err).toContain('--set L=3');
  });

  test('alone has a type', async () => {
    const { code, err } = await matgrad(['export', 'xᵀx', '--to', 'numpy', '--dtype=f64']);
    expect(code).toBe(2);
    expect(err).toContain('--dtype');
  });
});

describe.skipIf(!python())('the ports of a model', () => {
  test('have the names and sides that were declared', async () => {
    const { bytes } = await matgrad([...FORMULA, '--dtype', 'f64']);
    expect(await portsOf(bytes)).toMatchObject({
      inputs: { X: ['m', 'n'], theta: ['n'], y: ['m'] },
      outputs: { value: [], d_theta: ['n'], d_X: ['m', 'n'] },
      type: 11,
      documentation: expect.stringContaining('checked at 5 points'),
    });
  });

  test('are one for each member of a family', async () => {
    const { bytes } = await matgrad([...NETWORK, '--set', 'L=2, n=[7,5,3]']);
    expect(await portsOf(bytes)).toMatchObject({
      inputs: { W_1: [7, 5], W_2: [5, 3], Y: ['m', 3] },
      outputs: { d_W_1: [7, 5], d_W_2: [5, 3] },
      type: 1,
    });
  });
});

test('a language without code for families writes them out for a number of steps', async () => {
  const words = NETWORK.slice(0, -1);
  const open = await matgrad([...words, 'julia']);
  expect(open.code).toBe(2);
  expect(open.err).toContain('--set L=3');
  const { out } = await matgrad([...words, 'julia', '--set', 'L=2']);
  expect(out).toContain('function derivative(X, Y, W_1, W_2)');
});
