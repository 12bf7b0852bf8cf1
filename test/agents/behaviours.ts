import assert from 'node:assert/strict';
import type { ErrorTurn } from '../support/model-standin/protocol.ts';
import type { RealAgent, Stage, Tools } from './real-agent.ts';

/** The conversation goes on with the output of the check that failed. */
export function itRepairs(
  stage: Stage,
  { edit }: Tools,
  { model, tokens }: { model?: string; tokens: [input: number, output: number] },
): void {
  it('gets the failing check back in the same conversation and repairs the change', async () => {
    const { job, model: standIn } = await stage.open(
      [
        { text: 'First try.', tools: [edit('version 1', 'version 3')] },
        { text: 'The version is 3.' },
        ({ body }) => {
          const talk = JSON.stringify(body.messages);
          assert.match(
            talk,
            /First try\..*the version is wrong: version 3/,
            'the conversation does not go on',
          );
          return { text: 'I correct it.', tools: [edit('version 3', 'version 2')] };
        },
        { text: 'The version is 2.', usage: { input: 1000 } },
      ],
      {
        spec: model ? { model } : {},
        check: 'echo "the version is wrong: $(cat version.txt)"; ! grep -q 3 version.txt',
      },
    );
    const report = await job.run('work');
    assert.equal(await job.show(report, 'version.txt'), 'version 2');
    assert.equal(standIn.left(), 0);
    assert.deepEqual([report.usage?.inputTokens, report.usage?.outputTokens], tokens);
  });
}

/** What the sentences of an agent's failures say. */
export interface Failures {
  refused: RegExp;
  error: RegExp;
}

/** The failures of the model API that every agent's program meets. */
export function itFails(stage: Stage, { key }: RealAgent, says: Failures): void {
  it('fails with AgentFailed when the key is refused, and says which key', async () => {
    const { job, model } = await stage.open([], { key: 'sk-example-wrong-key-of-the-model' });
    const error = await job.fails('work');
    assert.equal(error.reason, 'AgentFailed', error.message);
    assert.match(error.message, says.refused);
    assert.equal(model.requests.at(-1)?.key, 'sk-example-wrong-key-of-the-model');
    assert.ok(!job.log.includes(key));
  });

  const turns: { name: string; turn: ErrorTurn; reason: string; says: RegExp }[] = [
    {
      name: 'the rate limit stays reached',
      turn: { status: 429, type: 'rate_limit_exceeded', message: 'Rate limit reached for the model.' },
      reason: 'ModelUnavailable',
      says: /rate limit or quota was reached/,
    },
    {
      name: 'the API is overloaded',
      turn: { status: 503, type: 'UNAVAILABLE', message: 'The model is overloaded.' },
      reason: 'ModelUnavailable',
      says: /overloaded or failing/,
    },
    {
      name: 'the API refuses the request',
      turn: { status: 400, type: 'invalid_request_error', message: 'This is scripted trouble.' },
      reason: 'AgentFailed',
      says: says.error,
    },
  ];
  for (const { name, turn, reason, says: sentence } of turns)
    it(`fails with ${reason} when ${name}`, async () => {
      // Programs that heed it try again at once.
      const headers = { 'retry-after-ms': '10' };
      const { job } = await stage.open([{ ...turn, headers, repeat: true }]);
      const error = await job.fails('work');
      assert.equal(error.reason, reason, `${error.message}\n${job.log}`);
      assert.match(error.message, sentence);
    });
}

/** Its models' prices are not known: a budget is not held, and the log says so. Its turns are counted all the same. */
export function itHoldsTurnsAlone(stage: Stage, { shell }: Tools, model?: string): void {
  it('says that a budget is not enforced, and ends when its turns are used up', async () => {
    const { job } = await stage.open([{ tools: [shell('true')], repeat: true }], {
      spec: { ...(model && { model }), maxBudgetUSD: 1, maxTurns: 3 },
    });
    const error = await job.fails('work');
    assert.equal(error.reason, 'AgentBudget', error.message);
    assert.match(error.message, /used its 3 turns/);
    assert.ok((error.usage?.inputTokens ?? 0) >= 300, JSON.stringify(error.usage));
    assert.match(job.log, /does not report what it costs: agent\.maxBudgetUSD is not enforced/);
    assert.match(job.log, /The price of the model \S+ is not known here/);
  });
}
