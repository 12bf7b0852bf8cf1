import assert from 'node:assert/strict';
import { installOptions, type Choices } from '../../../../src/engine/kubernetes/install/choices.ts';
import type { KubernetesObject } from '../../../../src/engine/kubernetes/install/object.ts';
import { operator } from '../../../../src/engine/kubernetes/install/operator.ts';
import {
  asFlags,
  CHOICES_ANNOTATION,
  lastChoices,
  remembered,
  rememberedText,
} from '../../../../src/engine/kubernetes/install/remembered.ts';

const CHOICES: Choices = {
  image: 'example.com/team/bgtask:1.0',
  replicas: '2',
  policy: false,
  server: true,
  serverTls: 'bgtask-tls',
  nodeSelector: ['pool=system', 'arch=arm64'],
};
/** A cluster with this Deployment of the operator. */
const cluster = (deployment?: KubernetesObject) => ({ get: () => Promise.resolve(deployment) });
const deploymentOf = (choices: Choices): KubernetesObject | undefined =>
  operator({ ...installOptions(choices, '1.2.3'), choices: rememberedText(choices) }).find(
    ({ kind }) => kind === 'Deployment',
  );

describe('what was chosen at the last installation', () => {
  it('stands on the Deployment of the operator, and is read from there', async () => {
    const deployment = deploymentOf({
      ...CHOICES,
      settings: { text: '{}', source: 'file' },
      namespace: 'other',
    });
    assert.deepEqual(await lastChoices(cluster(deployment)), CHOICES);
  });

  it('is nothing where nothing was chosen, or nothing is installed', async () => {
    assert.equal(deploymentOf({ policy: true })?.metadata.annotations, undefined);
    assert.deepEqual(await lastChoices(cluster(deploymentOf({}))), {});
    assert.deepEqual(await lastChoices(cluster()), {});
  });

  it('is written as the flags that would say it', () =>
    assert.deepEqual(asFlags(CHOICES), [
      '--image example.com/team/bgtask:1.0',
      '--replicas 2',
      '--server-tls bgtask-tls',
      '--node-selector pool=system',
      '--node-selector arch=arm64',
      '--server',
      '--no-policy',
    ]));

  for (const [what, text] of [
    ['not JSON', '{'],
    ['a list', '[1]'],
    [
      'of other types',
      '{"replicas": 2, "server": "yes", "nodeSelector": "a=b", "jobSecret": [1], "policy": true}',
    ],
    ['of unknown fields', '{"settings": {"text": "x"}, "namespace": "kube-system", "apply": true}'],
  ] as const)
    it(`is nothing where the annotation is ${what}`, async () => {
      const deployment = deploymentOf(CHOICES) as KubernetesObject;
      deployment.metadata.annotations = { [CHOICES_ANNOTATION]: text };
      assert.deepEqual(await lastChoices(cluster(deployment)), {});
    });

  it('is the same again when it is remembered once more', () =>
    assert.equal(rememberedText(remembered({ ...CHOICES })), rememberedText(CHOICES)));
});
