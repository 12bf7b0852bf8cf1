import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/engine/kubernetes/install/object.ts';
import { identityRules, statusRules } from '../../../../src/engine/kubernetes/install/admission-rules.ts';
import {
  type AdmissionRequest,
  judgeOf,
  type Refusal,
} from '../../../../src/operator/cluster/webhook/judge.ts';
import { mergePatch } from '../../../../src/engine/local/store/merge-patch.ts';
import { CHANGED, FORGED, made, PROJECT, USER } from '../../../cluster/install/policy-rows.ts';
import { account, session } from '../../../cluster/install/requests.ts';

const identity = judgeOf(identityRules('bgtask-system'));
const status = judgeOf(statusRules('bgtask-system'));

const request = (fields: object): AdmissionRequest => ({
  uid: 'u1',
  operation: 'CREATE',
  resource: { group: 'vteam.ambient-code', version: 'v1alpha1', resource: 'agenticsessions' },
  userInfo: { username: USER, groups: ['example-group'] },
  oldObject: null,
  ...fields,
});
const create = (object: KubernetesObject, fields: object = {}): Refusal =>
  identity(request({ object: JSON.parse(JSON.stringify(object)) as unknown, ...fields }));
const update = (oldObject: unknown, object: unknown, fields: object = {}): AdmissionRequest =>
  request({ operation: 'UPDATE', object, oldObject, ...fields });

describe('the webhook judges by the rules of the admission policies', () => {
  it("lets one's own task pass, with and without labels and groups", () => {
    const groups = ['example-group'];
    assert.equal(create(session(PROJECT, 'mine', USER)), undefined);
    assert.equal(create(made('mine', USER, {}, { userContext: { userId: USER, groups } })), undefined);
    const bare = request({ object: session(PROJECT, 'mine', USER), userInfo: { username: USER } });
    assert.equal(identity(bare), undefined);
  });

  it('leaves sessions of other modes and the accounts of bgtask alone', () => {
    assert.equal(create(session(PROJECT, 'x', 'other', { mode: 'interactive' })), undefined);
    const userInfo = { username: account('bgtask-server'), groups: [] };
    assert.equal(create(made('mine', USER), { userInfo }), undefined);
  });

  for (const [what, object, words] of FORGED)
    it(`refuses ${what} on a new task`, () => {
      const refusal = create(object(USER, 'forged'));
      assert.match(refusal?.message ?? 'it passes', words);
      assert.ok([403, 422].includes(refusal?.code ?? 0));
    });

  for (const [what, body, words] of CHANGED)
    it(`refuses a change of ${what}`, () => {
      const old = JSON.parse(JSON.stringify(made('changed', USER))) as object;
      // On a cluster the schema's own rules speak first.
      const either = new RegExp(`${words.source}|nothing in the spec of a task but cancel can change`);
      assert.match(identity(update(old, mergePatch(old, body)))?.message ?? 'it passes', either);
    });

  it('lets the cancellation and foreign labels pass', () => {
    const old = JSON.parse(JSON.stringify(made('changed', USER))) as object;
    const labels = { 'example.com/a': 'b' };
    assert.equal(identity(update(old, mergePatch(old, { spec: { cancel: true } }))), undefined);
    assert.equal(identity(update(old, mergePatch(old, { metadata: { labels } }))), undefined);
  });

  it('lets only the operator write a status', () => {
    const task = made('mine', USER);
    const userInfo = { username: account('bgtask-operator') };
    assert.match(status(update(task, task))?.message ?? '', /only the bgtask operator/);
    assert.equal(status(update(task, task, { userInfo })), undefined);
    const resource = { group: 'vteam.ambient-code', version: 'v1alpha1', resource: 'tasktemplates' };
    const template = { metadata: { name: 'lint' }, spec: {} };
    assert.equal(status(update(template, template, { resource }))?.code, 403);
  });

  it('refuses what it cannot evaluate', () => {
    const refusal = create(session(PROJECT, 'x', USER), { userInfo: {} });
    assert.deepEqual([refusal?.code, refusal?.reason], [500, 'InternalError']);
  });
});
