import assert from 'node:assert/strict';
import { headerLine, LogText } from '../../../../src/engine/local/jobs/log-text.ts';

const CASES: { name: string; output: string; text: string; events?: object[] }[] = [
  { name: 'plain lines', output: 'a\nb\n', text: 'a\nb\n' },
  { name: 'no newline at the end', output: 'a\nb', text: 'a\nb' },
  {
    name: 'an event between lines',
    output: 'a\n##bgtask {"progress":20}\nb\n',
    text: 'a\nb\n',
    events: [{ progress: 20 }],
  },
  {
    name: 'an event without a newline',
    output: 'a\n##bgtask {"progress":20}',
    text: 'a\n',
    events: [{ progress: 20 }],
  },
  {
    name: 'a forged event',
    output: '##bgtask {"progress":1e99}\n##bgtask nonsense\n',
    text: '',
    events: [{}, {}],
  },
  {
    name: 'an event’s mark inside a line',
    output: 'see ##bgtask {"progress":1}\n',
    text: 'see ##bgtask {"progress":1}\n',
  },
  { name: 'half a mark', output: '##bg', text: '##bg' },
  { name: 'half a mark in a line', output: '##bg task\n', text: '##bg task\n' },
  { name: 'characters of several bytes', output: 'é – 🙂\n', text: 'é – 🙂\n' },
  { name: 'empty lines', output: '\n\n', text: '\n\n' },
  {
    name: 'an event with CRLF',
    output: '##bgtask {"progress":3}\r\nx\r\n',
    text: 'x\r\n',
    events: [{ progress: 3 }],
  },
  { name: 'the header of an archive', output: `${headerLine('clone')}a\n`, text: 'a\n', events: [{}] },
];

function parted(output: string, size: number): { text: string; events: object[] } {
  const log = new LogText();
  const bytes = Buffer.from(output);
  const all: { text: string; events: object[] } = { text: '', events: [] };
  const add = (piece: { text: string; events: object[] }): void => {
    all.text += piece.text;
    all.events.push(...piece.events);
  };
  for (let from = 0; from < bytes.length; from += size) add(log.push(bytes.subarray(from, from + size)));
  add(log.end());
  return all;
}

describe('LogText', () => {
  for (const { name, output, text, events = [] } of CASES)
    it(`parts ${name}, however it comes`, () => {
      for (const size of [1, 2, 3, 7, 4096])
        assert.deepEqual(parted(output, size), { text, events }, `${size} bytes at once`);
    });

  it('passes a long line on as it comes', () => {
    const log = new LogText();
    assert.equal(log.push(Buffer.from('x'.repeat(1000))).text.length, 1000);
    assert.equal(log.push(Buffer.from('y'.repeat(1000))).text.length, 1000);
  });

  it('drops an event line of unreasonable length, and only that line', () => {
    assert.deepEqual(parted(`##bgtask {"phase":"${'x'.repeat(100_000)}"}\nnext\n`, 4096), {
      text: 'next\n',
      events: [],
    });
  });
});
