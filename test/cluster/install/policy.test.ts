import assert from 'node:assert/strict';
import { creatorLabel, LABEL, sessionName } from '../../../src/api/names.ts';
import { BgtaskError } from '../../../src/domain/errors.ts';
import type { KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import type { OperatorProcess } from '../scenarios/operator-process.ts';
import { Scene } from '../scenarios/scene.ts';
import { ADMIN, CHANGED, FORGED, made, PROJECT, USER } from './policy-rows.ts';
import { account, type Callers, callers, session } from './requests.ts';

const GROUPS: Record<string, string[]> = { [USER]: ['example-group'], [ADMIN]: ['system:masters'] };

const isRefusal = (error: unknown, words: RegExp): boolean => {
  assert.ok(error instanceof BgtaskError, String(error));
  assert.match(error.message, words);
  return true;
};

describe('identity, on a real API server', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let people: Callers;
  let scene: Scene;
  let admission: string;
  let operator: OperatorProcess | undefined;

  const sessions = (user: string) => people.verbs('AgenticSession', user, GROUPS[user]);
  const create = async (user: string, object: KubernetesObject) => (await sessions(user)).create(object);
  const patch = async (user: string, name: string, body: object, subresource?: string) =>
    (await sessions(user)).patch({ namespace: PROJECT, name }, body, { subresource });

  before(async () => {
    cluster = await clusterForTests();
    people = callers(cluster.kubeconfig);
    await cluster.ok(['create', 'namespace', PROJECT]);
    scene = await Scene.apply(cluster);
    admission = await scene.admission();
    if (admission === 'webhook') operator = await scene.operator('one');
    await cluster.ok([
      'create',
      'rolebinding',
      'editors',
      '-n',
      PROJECT,
      '--clusterrole=bgtask-edit',
      `--user=${USER}`,
      '--user=alice',
    ]);
    // A policy takes hold a moment after it is stored.
    await until('the policies to be in force', 30, () =>
      create(USER, session(PROJECT, 'probe', 'another-user')).then(
        async () => {
          await (await people.verbs('AgenticSession')).delete({ namespace: PROJECT, name: 'probe' });
          return false;
        },
        (error: unknown) => /bgtask-identity|identity\.bgtask/.test(String(error)),
      ),
    );
  });

  after(async () => {
    people?.close();
    await operator?.end('SIGKILL');
    await scene?.close();
    await cluster?.close();
  });

  it('has policies whose expressions the API server finds no fault with', async () => {
    if (admission === 'webhook') {
      const { code } = await cluster.kubectl(['get', 'validatingadmissionpolicies']);
      assert.notEqual(code, 0, 'the cluster has policies and got the webhook');
      return;
    }
    if (!cluster.controllers) return;
    const policies = await people.verbs(
      'ValidatingAdmissionPolicy',
      undefined,
      undefined,
      `admissionregistration.k8s.io/${admission}`,
    );
    for (const name of ['bgtask-identity', 'bgtask-status', 'bgtask-operator']) {
      const warnings = await until(`the types of ${name} to be checked`, 30, async () => {
        const found = await policies.get({ name });
        const { typeChecking } = (found?.status ?? {}) as {
          typeChecking?: { expressionWarnings?: { warning: string }[] };
        };
        return typeChecking && (typeChecking.expressionWarnings ?? []);
      });
      // The checker of 1.28 does not know variables yet.
      const unknown = admission === 'v1beta1' ? /undeclared reference to 'variables'/ : /^$/;
      const faults = warnings.flatMap(({ warning }) =>
        warning.split('\n').filter((line) => line.includes('ERROR:') && !unknown.test(line)),
      );
      assert.deepEqual(faults, []);
    }
  });

  describe('lets pass', () => {
    for (const user of [USER, ADMIN])
      it(`a task of one's own, as ${user}`, async () => {
        const name = user === USER ? 'mine' : 'admins';
        const created = await create(
          user,
          made(name, user, {}, { userContext: { userId: user, groups: GROUPS[user] } }),
        );
        assert.equal(created.metadata.labels?.[LABEL.creator], creatorLabel(user));
      });

    it('a task of one’s own, of a user whose name lacks letters that a label takes', async () => {
      const name = '@-@';
      await cluster.ok([
        'create',
        'rolebinding',
        'odd',
        '-n',
        PROJECT,
        '--clusterrole=bgtask-edit',
        `--user=${name}`,
      ]);
      const created = await create(name, made('odd-name', name));
      assert.match(created.metadata.labels?.[LABEL.creator] ?? '', /^user-[0-9a-f]{10}$/);
    });
    it('a task without any label, as one applies it by hand', () =>
      create(USER, session(PROJECT, 'by-hand', USER)));
    it('a retry and a template that the labels name as the spec does', () =>
      create(
        USER,
        made(
          'again-retry-1',
          USER,
          { [LABEL.retryOf]: 'again', [LABEL.template]: 'fix-lint' },
          { retryOf: 'again', templateId: 'fix-lint' },
        ),
      ));
    it("the cancellation of another user's task by a user who may patch it", async () => {
      await create(USER, made('to-cancel', USER));
      await patch('alice', sessionName(PROJECT, 'to-cancel'), { spec: { cancel: true } });
    });
    it('labels and annotations that are not from bgtask', async () => {
      await create(USER, made('labels', USER));
      await patch(USER, sessionName(PROJECT, 'labels'), {
        metadata: { labels: { 'example.com/a': 'b' }, annotations: { 'example.com/c': 'd' } },
      });
    });
    it("another program's interactive session, whichever user it names", async () => {
      const object = session(PROJECT, 'interactive', 'another-user', { mode: 'interactive' });
      await create(USER, object);
      await patch(USER, 'interactive', { spec: { prompt: 'Another one.', displayName: 'x' } });
      await patch(ADMIN, 'interactive', { status: { phase: 'Running' } }, 'status');
    });
    it("the operator's status", async () => {
      const client = await people.as(account('bgtask-operator'), [
        'system:serviceaccounts',
        'system:authenticated',
      ]);
      await create(USER, made('observed', USER));
      const path = `/apis/vteam.ambient-code/v1alpha1/namespaces/${PROJECT}/agenticsessions/${sessionName(PROJECT, 'observed')}/status`;
      const body = { status: { phase: 'Running', progress: 5 } };
      await client.json({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    });
    for (const exempt of ['bgtask-operator', 'bgtask-server'])
      it(`what ${exempt} does in the name of a user, were it allowed to`, async () => {
        const who = account(exempt);
        await cluster.ok([
          'create',
          'rolebinding',
          exempt,
          '-n',
          PROJECT,
          '--clusterrole=bgtask-edit',
          `--user=${who}`,
        ]);
        await create(who, made(`by-${exempt}`, USER));
        await cluster.ok(['delete', 'rolebinding', exempt, '-n', PROJECT]);
      });
  });

  describe('refuses, as a user and as the administrator of the cluster', () => {
    for (const user of [USER, ADMIN]) {
      const name = user === USER ? 'user' : 'admin';
      for (const [what, object, words] of FORGED)
        it(`${what} on a new task, as ${user}`, () =>
          assert.rejects(create(user, object(user, `forged-${name}`)), (error) => isRefusal(error, words)));

      it(`making the task of an interactive session, as ${user}`, async () => {
        await create(user, session(PROJECT, `switch-${name}`, user, { mode: 'interactive' }));
        await assert.rejects(patch(user, `switch-${name}`, { spec: { mode: 'background' } }), (error) =>
          isRefusal(error, /mode cannot change after creation/),
        );
      });

      describe(`a change, as ${user}, of`, () => {
        const task = sessionName(PROJECT, `changed-${name}`);
        before(() => create(user, made(`changed-${name}`, user)));
        for (const [what, body, words] of CHANGED)
          it(what, () => assert.rejects(patch(user, task, body), (error) => isRefusal(error, words)));
      });
    }

    it('a status, as the administrator of the cluster', async () => {
      await create(USER, made('status', USER));
      await assert.rejects(
        patch(ADMIN, sessionName(PROJECT, 'status'), { status: { phase: 'Completed' } }, 'status'),
        (error) =>
          isRefusal(
            error,
            /only the bgtask operator \(system:serviceaccount:bgtask-system:bgtask-operator\) writes the status/,
          ),
      );
    });

    it("a template's status, as the administrator of the cluster", async () => {
      const templates = await people.verbs('TaskTemplate', ADMIN, GROUPS[ADMIN]);
      const spec = { displayName: 'Lint', instructionsTemplate: 'Fix the linter errors.', parameters: [] };
      await templates.create({
        apiVersion: 'vteam.ambient-code/v1alpha1',
        kind: 'TaskTemplate',
        metadata: { name: 'lint', namespace: PROJECT },
        spec,
      });
      await assert.rejects(
        templates.patch(
          { namespace: PROJECT, name: 'lint' },
          { status: { usageCount: 99 } },
          { subresource: 'status' },
        ),
        (error) => isRefusal(error, /only the bgtask operator/),
      );
    });

    it('a status, as a user, whom RBAC does not let either', async () => {
      await assert.rejects(
        patch(USER, sessionName(PROJECT, 'status'), { status: { phase: 'Completed' } }, 'status'),
        (error) => isRefusal(error, /cannot patch resource "agenticsessions\/status"/),
      );
    });
  });
});
