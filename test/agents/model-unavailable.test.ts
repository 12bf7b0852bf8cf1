import assert from 'node:assert/strict';
import { SAMPLE } from '../scenarios/sample-app.ts';
import { type Machine, machine } from '../support/command-line.ts';
import { type Model, startModel } from '../support/model-standin/model.ts';
import type { Script } from '../support/model-standin/script.ts';
import { installAgent } from './install.ts';

const KEY = 'sk-ant-example-0002-canary-of-the-model';

/** Writes a file; the API is overloaded then, and answers again when the conversation goes on. */
const OVERLOADED: Script = [
  {
    text: 'I add a greeting.',
    tools: [
      {
        name: 'Write',
        input: { file_path: 'src/greet.js', content: "export const greet = () => 'hello';\n" },
      },
    ],
  },
  { status: 529, type: 'overloaded_error', message: 'Overloaded' },
  ({ body }) => {
    const asked = JSON.stringify(body.messages);
    assert.match(asked, /Add a greeting\./, 'the conversation has its beginning');
    assert.match(asked, /I add a greeting\./, 'and what the agent did');
    assert.match(asked, /The model was not available for a while\. Go on with the task/);
    return { text: 'The greeting is there.' };
  },
];

describe('the real Claude Code whose model is overloaded for a while', function () {
  this.timeout(180_000);
  let model: Model;
  let here: Machine;
  before(async function () {
    this.timeout(600_000);
    const binary = await installAgent(this, 'claude');
    model = await startModel({ script: OVERLOADED, key: KEY });
    here = await machine({
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_BASE_URL: model.url,
      BGTASK_CLAUDE: binary,
      CLAUDE_CODE_MAX_RETRIES: '0',
    });
  });
  after(async () => {
    await model?.close();
    await here?.close();
  });

  it('is waited for, and the same conversation ends the task', async () => {
    const app = await here.repository('app', SAMPLE);
    const words = ['create', 'add-greeting', '--repo', app, '-m', 'Add a greeting.', '--watch'];
    const { code, stderr } = await here.bgtask(...words);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Waiting for the model until \d{4}-\d\d-\d\dT/);
    const log = await here.ok('logs', 'add-greeting');
    assert.match(log, /The model API is overloaded or failing \(529\)/);
    assert.match(log, /The greeting is there\./);
  });
});
