import assert from 'node:assert/strict';
import { jobResources } from '../../../../src/engine/kubernetes/jobs/direct-reads.ts';
import { retire } from '../../../../src/engine/kubernetes/jobs/retire.ts';
import type { Tracked } from '../../../../src/engine/kubernetes/jobs/job-cache.ts';
import { clientFor, reply, serve, status } from '../client/server.ts';
import { job, pod, suspended, SUSPENDED } from './recorded.ts';

/** What is asked of an API server that answers each request so. */
async function requestsOf(tracked: Partial<Tracked>, code = 200): Promise<string[]> {
  const server = await serve((response) =>
    reply(response, code, code === 200 ? {} : status(code, 'NotFound', 'gone', { name: 'it' })),
  );
  const client = clientFor(server.url);
  try {
    const session = { namespace: 'example', name: 'task-12345678' };
    await retire(jobResources(client), { session, job: job(), jobGone: false, pods: [], ...tracked });
    return server.requests.map(
      ({ method, url }) => `${method} ${url.pathname.split('/').slice(-2).join('/')}`,
    );
  } finally {
    client.close();
    await server.close();
  }
}

const succeeded = { pod: pod({ phase: 'Succeeded' }), gone: false };

describe('retire', () => {
  it('takes the Job last: an operator that is killed before looks at the Job again, and at its pods', async () => {
    assert.deepEqual(await requestsOf({ pods: [succeeded] }), [
      'DELETE pods/task-12345678-job-abcde',
      'PATCH jobs/task-12345678-job',
    ]);
  });

  it('asks for no pod that is gone', async () => {
    assert.deepEqual(await requestsOf({ pods: [{ ...succeeded, gone: true }] }), [
      'PATCH jobs/task-12345678-job',
    ]);
  });

  it('deletes a Job whose status never says how it ended', async () => {
    const one = job(suspended(), SUSPENDED);
    assert.deepEqual(await requestsOf({ job: one }), ['DELETE jobs/task-12345678-job']);
  });

  it('takes what is missing for done', async () => {
    assert.equal((await requestsOf({ pods: [succeeded] }, 404)).length, 2);
  });
});
