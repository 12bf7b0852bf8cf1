import assert from 'node:assert/strict';
import { GENERATE_CONTENT } from '../support/model-standin/generate-content.ts';
import { itFails, itHoldsTurnsAlone, itRepairs } from './behaviours.ts';
import { assertKeyStayed, assertQuiet, editAndSpy, type RealAgent, Stage, type Tools } from './real-agent.ts';

const GEMINI: RealAgent = {
  type: 'gemini',
  program: 'BGTASK_GEMINI',
  variable: 'GEMINI_API_KEY',
  key: 'AIzaExample-0005-canary-of-the-model',
  protocol: GENERATE_CONTENT,
  base: (url) => ({ GOOGLE_GEMINI_BASE_URL: url }),
};

const TOOLS: Tools = {
  edit: (from, to) => ({
    name: 'replace',
    input: {
      file_path: 'version.txt',
      instruction: 'Change the version.',
      old_string: from,
      new_string: to,
    },
  }),
  shell: (command) => ({ name: 'run_shell_command', input: { command } }),
};

describe('the real Gemini CLI behind the model gateway', function () {
  this.timeout(120_000);
  const stage = new Stage(GEMINI);
  before(function () {
    return stage.install(this);
  });
  afterEach(() => stage.close());

  it('edits a file, and never sees the key', async () => {
    const scene = await stage.open(editAndSpy(TOOLS));
    const report = await scene.job.run('work');
    assert.equal(await scene.job.show(report, 'version.txt'), 'version 2');
    await assertKeyStayed(scene, GEMINI, await scene.job.show(report, 'spied.txt'));
    assert.equal(scene.model.left(), 0);
    // With the question by which it chooses a model: 100 and 50 tokens.
    assert.deepEqual([report.usage?.inputTokens, report.usage?.outputTokens], [517, 78]);
    assert.match(report.usage?.model ?? '', /^gemini-/);
    assertQuiet(scene.job);
  });

  itRepairs(stage, TOOLS, { model: 'gemini-2.5-pro', tokens: [1300, 200] });
  itHoldsTurnsAlone(stage, TOOLS, 'gemini-2.5-pro');
  itFails(stage, GEMINI, {
    refused: /The model API refused the key in GEMINI_API_KEY/,
    error: /Gemini CLI ended with an error.*scripted trouble/,
  });
});
