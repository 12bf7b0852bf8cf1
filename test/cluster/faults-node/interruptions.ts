import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import { until } from '../harness/until.ts';
import { PROJECT } from '../scenarios/node-scene.ts';
import { PERSON } from '../scenarios/scene.ts';
import type { Chores } from './chores.ts';

/** The node's programs end and come back. */
export function nodePrograms(chores: () => Chores): void {
  describe("the node's programs end while a task works, and come back", () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const)
      it(`containerd, by ${signal}: the task goes on and ends well, once`, async () => {
        const name = `containerd-${signal.toLowerCase()}`;
        await chores().createAtGate(name);
        await chores().here.node.restartContainerd(signal);
        chores().gates.open(name);
        await chores().assertDoneOnce(name);
      });

    it('the kubelet: what ended meanwhile counts, and the next stage follows', async () => {
      const { here, gates } = chores();
      await chores().createAtGate('without-kubelet');
      await here.node.stopKubelet();
      gates.open('without-kubelet');
      await chores().agentHasEnded('without-kubelet');
      here.node.startKubelet();
      await chores().assertDoneOnce('without-kubelet');
    });

    it('a task that is cancelled while the kubelet is away is Stopped only when its pod is gone', async () => {
      const { here } = chores();
      await chores().createAtGate('cancelled-apart');
      await here.node.stopKubelet();
      await here.scene.ok(PERSON, 'cancel', 'cancelled-apart', '-n', PROJECT, '--no-wait');
      await until('a pod that is being deleted', 20, async () => {
        const times = '-o=jsonpath={.items[*].metadata.deletionTimestamp}';
        const label = 'ambient-code.io/task=cancelled-apart';
        return (await chores().kubectl('get', 'pods', '-l', label, times)) !== '';
      });
      const before = (await here.scene.task(PROJECT, 'cancelled-apart'))?.status;
      assert.deepEqual([before?.phase, before?.currentPhase], ['Running', 'Stopping']);
      here.node.startKubelet();
      await chores().gone('cancelled-apart');
      const { phase, reason } = await chores().ended('cancelled-apart');
      assert.deepEqual([phase, reason], ['Stopped', 'Cancelled']);
      await chores().assertNothingPushed('cancelled-apart');
    });
  });
}

/** The node is emptied for a while, as for an upgrade. */
export function drains(chores: () => Chores): void {
  describe('the node is drained while a task works', () => {
    it('the task waits for a node, starts over, and ends well with one pull request', async () => {
      const { gates, here } = chores();
      await chores().createAtGate('drained');
      const [pod = ''] = await chores().pods('drained');
      const selector = '--pod-selector=ambient-code.io/task=drained';
      await here.cluster.ok(['drain', here.node.name, selector, '--delete-emptydir-data', '--timeout=60s']);
      const [next] = await until('another pod', 30, async () => {
        const pods = (await chores().pods('drained')).filter((each) => each !== pod);
        return pods.length > 0 && pods;
      });
      assert.notEqual(next, undefined);
      await here.cluster.ok(['uncordon', here.node.name]);
      gates.open('drained');
      await chores().assertDoneOnce('drained', 2);
    });
  });
}

/** People delete what belongs to a task that works. */
export function deletions(chores: () => Chores): void {
  describe('people delete with kubectl what belongs to a task that works', () => {
    for (const [what, name, flags] of [
      ['its pod', 'pod-deleted', []],
      ['its pod, by force', 'pod-forced', ['--force', '--grace-period=0']],
    ] as const)
      it(`${what}: the task fails with RunnerLost, gets no other pod, and pushes nothing`, async () => {
        await chores().createAtGate(name);
        const [pod = ''] = await chores().pods(name);
        await chores().kubectl('delete', 'pod', pod, '--wait=false', ...flags);
        const { phase, reason, error } = await chores().ended(name);
        assert.deepEqual([phase, reason], ['Failed', 'RunnerLost']);
        assert.match(error ?? '', /pod .*(was deleted|is gone).*retry the task\.$/i);
        await chores().assertNothingPushed(name);
        assert.equal(chores().gates.counts()[name], 1, 'its agent ran once');
      });

    it('its Job: the task fails with RunnerLost, its pod is gone within 30 s, and nothing is pushed', async () => {
      await chores().createAtGate('job-deleted');
      const job = `${sessionName(PROJECT, 'job-deleted')}-job`;
      await chores().kubectl('delete', 'job', job, '--wait=false');
      await chores().gone('job-deleted');
      const { phase, reason, error } = await chores().ended('job-deleted');
      assert.deepEqual([phase, reason], ['Failed', 'RunnerLost']);
      assert.match(error ?? '', /Job .*was deleted while .*retry the task\.$/);
      await chores().assertNothingPushed('job-deleted');
    });

    it('its object: the pod is gone within 30 s, nothing is pushed, and the name is free for a new task', async () => {
      const name = 'object-deleted';
      await chores().createAtGate(name);
      await chores().kubectl('delete', 'as', sessionName(PROJECT, name), '--wait=false');
      await chores().gone(name);
      await chores().assertNothingPushed(name);
      await chores().create(name, 'echo again > CHANGES.md', '--wait');
      assert.equal((await chores().ended(name)).phase, 'Completed');
    });

    it('its object, and kubectl is told to leave the Job behind: its pod is gone within 30 s all the same', async () => {
      const name = 'object-orphaning';
      await chores().createAtGate(name);
      await chores().kubectl('delete', 'as', sessionName(PROJECT, name), '--cascade=orphan');
      await chores().gone(name);
      await chores().assertNothingPushed(name);
      chores().names.delete(name);
    });

    it('its whole project: nothing is pushed, and in a new project of the same name tasks run again', async () => {
      const { here, gates, repo } = chores();
      const create = (run: string): string[] => {
        const what = ['--repo', repo.cloneUrl, '-m', 'Change a file.', '--run', run];
        return ['create', 'in-project', '-n', 'short-lived', ...what];
      };
      await here.project('short-lived');
      await here.scene.ok(PERSON, ...create(gates.pass('in-project')));
      await gates.reached('in-project');
      await here.cluster.ok(['delete', 'namespace', 'short-lived', '--timeout=60s']);
      assert.equal(await chores().wasPushed('in-project'), false);
      await here.project('short-lived');
      await here.scene.ok(PERSON, ...create('echo new > CHANGES.md'), '--wait');
      assert.equal(await chores().wasPushed('in-project'), true);
    });
  });
}

/** Cancels a task when one of its trusted stages has asked the forge for something and got no answer. */
async function cancelAt(chores: Chores, name: string, operation: string): Promise<void> {
  const { github, scene } = chores.here;
  const asked = (): number => github.requests.filter((each) => each.operation === operation).length;
  const before = asked();
  github.fault(operation, { hang: 'answer' });
  await chores.create(name, `echo ${name} > CHANGES.md`);
  await until(`the request ${operation}`, 60, () => asked() > before);
  const cancelled = scene.ok(PERSON, 'cancel', name, '-n', PROJECT);
  await chores.gone(name);
  await cancelled;
}

/** People cancel a task that waits for the forge. */
export function lateCancels(chores: () => Chores): void {
  describe('people cancel a task that waits for a forge that does not answer', () => {
    it('in the clone stage: its pod is gone within 30 s, and it is Stopped', async () => {
      await cancelAt(chores(), 'early-clone', 'git/upload-pack/refs');
      const { phase, reason } = await chores().ended('early-clone');
      assert.deepEqual([phase, reason], ['Stopped', 'Cancelled']);
      await chores().assertNothingPushed('early-clone');
    });

    it('before the push: its pod is gone within 30 s, and nothing is pushed', async () => {
      await cancelAt(chores(), 'late-push', 'git/receive-pack/refs');
      const { phase, reason } = await chores().ended('late-push');
      assert.deepEqual([phase, reason], ['Stopped', 'Cancelled']);
      await chores().assertNothingPushed('late-push');
    });

    it('after the push: the status names the branch that is there, and no pull request is opened', async () => {
      await cancelAt(chores(), 'late-pull', 'pulls/create');
      const { phase, reason, repos } = await chores().ended('late-pull');
      assert.deepEqual([phase, reason], ['Stopped', 'Cancelled']);
      assert.equal(repos?.[0]?.branch, 'background-task-late-pull');
      assert.equal(await chores().wasPushed('late-pull'), true);
      assert.ok(!chores().here.github.pulls.some(({ head }) => head === 'background-task-late-pull'));
    });
  });
}
