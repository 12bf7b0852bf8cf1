import assert from 'node:assert/strict';
import { RESPONSES } from '../support/model-standin/responses.ts';
import { itFails, itHoldsTurnsAlone, itRepairs } from './behaviours.ts';
import { assertKeyStayed, assertQuiet, editAndSpy, type RealAgent, Stage, type Tools } from './real-agent.ts';

const CODEX: RealAgent = {
  type: 'codex',
  program: 'BGTASK_CODEX',
  variable: 'OPENAI_API_KEY',
  key: 'sk-proj-example-0004-canary-of-the-model',
  protocol: RESPONSES,
  base: (url) => ({ OPENAI_BASE_URL: `${url}/v1` }),
};

const patch = (from: string, to: string): string =>
  ['*** Begin Patch', '*** Update File: version.txt', '@@', `-${from}`, `+${to}`, '*** End Patch'].join('\n');

/** Tools of models that are called with them one by one, and of those that write a program for them. */
const TOOLS = {
  'gpt-5.5': {
    edit: (from, to) => ({ name: 'apply_patch', input: { input: patch(from, to) } }),
    shell: (cmd) => ({ name: 'exec_command', input: { cmd } }),
  },
  '': {
    edit: (from, to) => ({
      name: 'exec',
      input: { input: `text(await tools.apply_patch(${JSON.stringify(patch(from, to))}));` },
    }),
    shell: (cmd) => ({
      name: 'exec',
      input: { input: `text(await tools.exec_command({ cmd: ${JSON.stringify(cmd)} }));` },
    }),
  },
} satisfies Record<string, Tools>;

describe('the real Codex behind the model gateway', function () {
  this.timeout(120_000);
  const stage = new Stage(CODEX);
  before(function () {
    return stage.install(this);
  });
  afterEach(() => stage.close());

  for (const [model, tools] of Object.entries(TOOLS))
    it(`edits a file with the tools of ${model || 'its default model'}, and never sees the key`, async () => {
      const scene = await stage.open(editAndSpy(tools), { spec: model ? { model } : {} });
      const report = await scene.job.run('work');
      assert.equal(await scene.job.show(report, 'version.txt'), 'version 2');
      await assertKeyStayed(scene, CODEX, await scene.job.show(report, 'spied.txt'));
      assert.equal(scene.model.left(), 0);
      assert.deepEqual([report.usage?.inputTokens, report.usage?.outputTokens], [417, 28]);
      // It asks for a WebSocket first: what it said then goes to the log once, and it does not try again.
      assert.equal(scene.job.log.match(/WebSocket/g)?.length, 1, scene.job.log);
      assertQuiet(scene.job);
    });

  itRepairs(stage, TOOLS['gpt-5.5'], { model: 'gpt-5.5', tokens: [1300, 200] });
  itHoldsTurnsAlone(stage, TOOLS['gpt-5.5'], 'gpt-5.5');
  itFails(stage, CODEX, {
    refused: /The model API refused the key in OPENAI_API_KEY/,
    error: /Codex ended with an error.*scripted trouble/,
  });
});
