import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { parseOutput } from '../../../src/cli/output/format.ts';
import { print, type PrintOptions } from '../../../src/cli/output/print.ts';
import { golden } from './golden.ts';
import { COLUMNS, NOW, SAMPLES, type Sample } from './samples.ts';

const OPTIONS: PrintOptions<Sample> = {
  columns: COLUMNS,
  list: true,
  kindName: 'agenticsession.vteam.ambient-code',
  noHeaders: false,
  now: NOW,
};

const printed = (
  output: string,
  options: Partial<PrintOptions<Sample>> = {},
  items = SAMPLES,
): Promise<string> => print(parseOutput(output), items, { ...OPTIONS, ...options });

const one = SAMPLES.slice(0, 1);
const NAMES_AND_PRS = 'custom-columns=NAME:.metadata.name,PR:.status.repos[*].prUrl,LABELS:metadata.labels';
const RANGE = String.raw`jsonpath={range .items[*]}{.metadata.labels.ambient-code\.io/task}{"\t"}{.status.phase}{"\n"}{end}`;

const CASES: [string, string, Partial<PrintOptions<Sample>>?, (readonly Sample[])?][] = [
  ['table', 'table'],
  ['table-no-headers', 'table', { noHeaders: true }],
  ['table-painted', 'table', { color: (text, header) => (header === 'PHASE' ? `<${text}>` : text) }],
  ['wide', 'wide'],
  ['wide-in-70-columns', 'wide', { width: 70 }],
  ['json-list', 'json'],
  ['json-one', 'json', { list: false }, one],
  ['yaml-list', 'yaml'],
  ['yaml-one', 'yaml', { list: false }, one],
  ['name', 'name'],
  ['jsonl', 'jsonl'],
  ['jsonpath', RANGE],
  ['custom-columns', NAMES_AND_PRS],
  ['custom-columns-no-headers', NAMES_AND_PRS, { noHeaders: true }],
];

describe('print', () => {
  for (const [name, output, options, items] of CASES) {
    it(`prints ${name} as its golden file has it, with nothing that acts on a terminal`, async () => {
      const text = await printed(output, options, items);
      golden(`golden/${name}.txt`, import.meta.url, text);
      assert.doesNotMatch(
        text,
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
      );
    });
  }

  it('prints nothing for a table or names of nothing, and an empty List as JSON', async () => {
    for (const output of ['table', 'wide', 'name', 'jsonl']) assert.equal(await printed(output, {}, []), '');
    assert.deepEqual(JSON.parse(await printed('json', {}, [])), {
      apiVersion: 'v1',
      kind: 'List',
      items: [],
    });
    assert.equal(await printed('custom-columns=A:.a,B:.b', {}, []), 'A     B\n');
  });

  it('keeps every value exact in JSON and YAML, however hostile', async () => {
    const prompt =
      'esc \u001b[31m c1 \u009b nel \u0085 bidi \u202e ls \u2028 bom \ufeff del \u007f\r\n"quoted" \\ 漢 😀';
    const hostile = SAMPLES.slice(3).map((item) => ({ ...item, spec: { prompt } }));
    for (const [output, read] of [
      ['json', (text: string) => JSON.parse(text)],
      ['jsonl', (text: string) => JSON.parse(text)],
      ['yaml', (text: string) => parse(text)],
    ] as const) {
      const text = await printed(output, { list: false }, hostile);
      assert.equal(read(text).spec.prompt, prompt, output);
      assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u2028\ufeff]/, output);
    }
  });

  it('quotes in YAML what a YAML 1.1 reader takes for another type', async () => {
    const prompts = ['yes', 'on', '0o7', '010', '1e3', '2025-11-12', '~', '', 'null', '12:30:45'];
    for (const prompt of prompts) {
      const text = await printed('yaml', { list: false }, [{ ...SAMPLES[0], spec: { prompt } } as Sample]);
      assert.equal(parse(text, { version: '1.1' }).spec.prompt, prompt, prompt);
    }
  });

  it('keeps terminal sequences out of jsonpath values but leaves the template text to its author', async () => {
    const text = await printed(String.raw`jsonpath={.items[1].status.logs}{"\x1b[1m"}!`);
    assert.equal(text, 'red text\nnext\u001b[1m!');
  });
});
