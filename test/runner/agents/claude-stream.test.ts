import assert from 'node:assert/strict';
import type { Usage } from '../../../src/api/types.ts';
import { type ClaudeEvent, readClaudeLine } from '../../../src/runner/agents/claude-stream.ts';
import { type ClaudeTally, tallyClaude } from '../../../src/runner/agents/claude-tally.ts';
import { fixture } from './replay.ts';

// The fixtures were recorded from Claude Code 2.1.330; fields that are not read were taken out.
const read = (name: string): ClaudeEvent[] =>
  fixture(`claude/${name}.jsonl`).split('\n').flatMap(readClaudeLine);
const logOf = (events: ClaudeEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'log' ? [event.line] : []));
const tallyOf = (events: ClaudeEvent[]): ClaudeTally => {
  const tally = tallyClaude();
  for (const event of events) tally.add(event);
  return tally;
};
const unfinished = (): ClaudeEvent[] => read('success').filter(({ kind }) => kind !== 'ended');

describe('the stream of Claude Code', () => {
  it('becomes readable log lines, never JSON', () => {
    assert.deepEqual(logOf(read('success')), [
      'I look first.',
      '$ Read /checkout/version.txt',
      '$ Edit /checkout/version.txt',
      '$ Bash echo oops >&2; exit 3',
      '! Exit code 3 oops',
      'The version is 2 now.',
      'Nothing else changed.',
    ]);
  });

  it('shows what subagents do, indented', () => {
    assert.deepEqual(logOf(read('subagent')), ['$ Agent Look around', '  $ Bash ls', 'Looked.']);
  });

  it('tells why the program waits before it asks the model again', () => {
    assert.equal(
      logOf(read('overloaded'))[0],
      'The model API answered 529 (overloaded); attempt 1 of 1 in 1 s',
    );
  });

  const lines: { name: string; line: string; events: ClaudeEvent[] }[] = [
    {
      name: 'text that is not JSON goes to the log as it is',
      line: '{not json',
      events: [{ kind: 'log', line: '{not json' }],
    },
    {
      name: 'JSON that is not an object goes to the log as it is',
      line: '42',
      events: [{ kind: 'log', line: '42' }],
    },
    { name: 'an empty line says nothing', line: ' ', events: [] },
    {
      name: 'an unknown kind says nothing',
      line: '{"type":"rate_limit_event","rate_limit_info":{}}',
      events: [],
    },
    { name: 'an object without a type says nothing', line: '{"hello":"world"}', events: [] },
    { name: 'null says nothing', line: 'null', events: [] },
    {
      name: 'fields of an unexpected shape count as absent',
      line: '{"type":"assistant","message":{"id":7,"content":[{"type":"text","text":"Hi"},{"type":"new"}],"usage":"none"}}',
      events: [{ kind: 'log', line: 'Hi' }],
    },
    {
      name: 'a long tool input is one short line',
      line: JSON.stringify({
        type: 'assistant',
        message: {
          content: [{ type: 'tool_use', name: 'Bash', input: { command: `a\n${'b'.repeat(500)}` } }],
        },
      }),
      events: [{ kind: 'log', line: `$ Bash a ${'b'.repeat(297)}…` }],
    },
    {
      name: 'a tool without a telling input is its name',
      line: '{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Weather","input":{"days":3}}]}}',
      events: [{ kind: 'log', line: '$ Weather' }],
    },
    {
      name: 'an API that cannot be reached is named as such',
      line: '{"type":"system","subtype":"api_retry","attempt":2,"max_retries":10,"retry_delay_ms":1100,"error_status":null,"error":"unknown"}',
      events: [{ kind: 'log', line: 'The model API could not be reached (unknown); attempt 2 of 10 in 2 s' }],
    },
    {
      name: 'a key that is refused once may be renewed',
      line: '{"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"retry_delay_ms":600,"error_status":401,"error":"authentication_failed"}',
      events: [
        { kind: 'log', line: 'The model API answered 401 (authentication_failed); attempt 1 of 10 in 1 s' },
      ],
    },
    {
      name: 'a key that is refused twice is refused for good',
      line: '{"type":"system","subtype":"api_retry","attempt":2,"max_retries":10,"retry_delay_ms":1100,"error_status":401,"error":"authentication_failed"}',
      events: [
        { kind: 'log', line: 'The model API answered 401 (authentication_failed); attempt 2 of 10 in 2 s' },
        { kind: 'refused', status: 401 },
      ],
    },
  ];
  for (const { name, line, events } of lines) {
    it(name, () => assert.deepEqual(readClaudeLine(line), events));
  }
});

describe('the usage of Claude Code', () => {
  const model = 'claude-opus-5-5';
  const totals: { name: string; usage: Usage }[] = [
    { name: 'success', usage: { turns: 4, inputTokens: 650, outputTokens: 170, costUSD: 0.0049, model } },
    { name: 'subagent', usage: { turns: 2, inputTokens: 400, outputTokens: 200, costUSD: 0.0056, model } },
    { name: 'max-budget', usage: { turns: 1, inputTokens: 100, outputTokens: 50, costUSD: 0.0014, model } },
    { name: 'key-refused', usage: { turns: 0, inputTokens: 0, outputTokens: 0, costUSD: 0, model } },
  ];
  for (const { name, usage } of totals) {
    it(`is that of the run's result: ${name}`, () => assert.deepEqual(tallyOf(read(name)).usage(), usage));
  }

  it('is what the answers reported while there is no result, each answer once', () => {
    const { costUSD, ...counts } = tallyOf(unfinished()).usage();
    assert.deepEqual(counts, { turns: 4, inputTokens: 650, outputTokens: 4, model });
    assert.equal(costUSD, undefined, 'a cost was made up');
  });

  it('adds up when the program goes on after a result, and then has no result any more', () => {
    const events = read('success');
    const more = unfinished().map((event) =>
      event.kind === 'answer' ? { ...event, id: `${event.id}b` } : event,
    );
    const tally = tallyOf([...events, ...more]);
    assert.equal(tally.result, undefined);
    assert.equal(tally.usage().turns, 8);
    tally.add(events.at(-1) ?? { kind: 'log', line: '' });
    assert.deepEqual(tally.usage(), {
      turns: 8,
      inputTokens: 1300,
      outputTokens: 340,
      costUSD: 0.0098,
      model,
    });
  });

  it('is the total of a result that does not say what is new in it', () => {
    const line =
      '{"type":"result","subtype":"success","result":"Hi","total_cost_usd":0.5,"usage":{"input_tokens":3,"output_tokens":4}}';
    const { inputTokens, outputTokens, costUSD } = tallyOf(readClaudeLine(line)).usage();
    assert.deepEqual([inputTokens, outputTokens, costUSD], [3, 4, 0.5]);
  });
});
