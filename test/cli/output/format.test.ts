import assert from 'node:assert/strict';
import { OutputError } from '../../../src/cli/output/error.ts';
import { parseOutput } from '../../../src/cli/output/format.ts';

describe('parseOutput', () => {
  for (const [text, kind] of [
    [undefined, 'table'],
    ['', 'table'],
    ['table', 'table'],
    ['wide', 'wide'],
    ['json', 'json'],
    ['yaml', 'yaml'],
    ['name', 'name'],
    ['jsonl', 'jsonl'],
    ['jsonpath={.a}', 'jsonpath'],
    ['jsonpath={.a', undefined],
    ['custom-columns=A:.a', 'custom-columns'],
  ] as const) {
    it(`reads ${text}`, () => {
      if (kind) assert.equal(parseOutput(text).kind, kind);
      else assert.throws(() => parseOutput(text), OutputError);
    });
  }

  const list =
    /must be one of table, wide, json, yaml, name, jsonl, jsonpath='\{\.metadata\.name\}', custom-columns=/;
  for (const text of [
    'xml',
    'go-template={{.}}',
    'jsonpath',
    'jsonpath=',
    'json=x',
    'JSON',
    'toString',
    'custom-columns=',
  ]) {
    it(`refuses ${text} with the list of formats`, () => {
      assert.throws(
        () => parseOutput(text),
        (error) => error instanceof OutputError && error.message.includes(text) && list.test(error.message),
      );
    });
  }

  it('refuses what the command does not know', () => {
    assert.throws(() => parseOutput('jsonl', ['json', 'yaml']), /must be one of json, yaml\./);
  });

  for (const spec of ['A', 'A:', ':.a', 'A:.a,,B:.b', 'A:.a,', 'A:.a,B']) {
    it(`refuses custom columns that are not HEADER:PATH: ${spec}`, () => {
      assert.throws(() => parseOutput(`custom-columns=${spec}`), OutputError);
    });
  }

  it('reads commas in a filter or a key as part of the path', () => {
    const format = parseOutput(`custom-columns=A:.x[?(@.y=="a,b")].z,B:.m['k,l']`);
    assert.deepEqual(format.kind === 'custom-columns' && format.columns.map(({ header }) => header), [
      'A',
      'B',
    ]);
  });
});
