import assert from 'node:assert/strict';
import { openServed, type Served } from '../served.ts';

const TASKS = '/api/projects/default/background-tasks';
const FAILED = { phase: 'Failed', reason: 'ValidationFailed', error: 'Linting failed' };

describe("background-tasks, a task's kept change", () => {
  let served: Served;
  beforeEach(async () => {
    served = await openServed();
  });
  afterEach(() => served.close());

  it('is the patch byte for byte, as a file that no browser shows', async () => {
    const patch = Buffer.from('diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+\xff\u001b[31m<script>\r\n', 'latin1');
    await served.world.keep(await served.world.task('tidy', { status: FAILED }), patch);
    const answer = await served.client.open('GET', `${TASKS}/tidy/diff`);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/x-diff']);
    assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="tidy.patch"');
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), patch);
    assert.equal((await served.client.call('GET', `${TASKS}/tidy/diff`)).status, 200);
    const { body } = await served.client.call<{ change: object }>('GET', `${TASKS}/tidy`);
    assert.equal('location' in body.change, false);
  }); // prettier-ignore

  it('is 404 with the reason where there is none', async () => {
    await served.world.task('none', {
      status: { ...FAILED, change: { note: 'The agent changed nothing.' } },
    });
    const { status, body } = await served.client.call('GET', `${TASKS}/none/diff`);
    assert.equal(status, 404);
    assert.match(String(body['message']), /keeps no change\. The agent changed nothing/);
    assert.equal((await served.client.call('GET', `${TASKS}/nothing/diff`)).status, 404);
  });
});
