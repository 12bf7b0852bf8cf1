import assert from 'node:assert/strict';
import { BgtaskError } from '../../../../src/domain/errors.ts';
import { type Choices, installOptions } from '../../../../src/engine/kubernetes/install/choices.ts';
import { SAMPLES, VERSION } from './samples.ts';

describe('the choices of install', () => {
  it('are the defaults when nothing is chosen', () => {
    assert.deepEqual(installOptions({}, VERSION), SAMPLES.default);
  });

  const TAKEN: [Choices, object][] = [
    [{ replicas: '3' }, { replicas: 3 }],
    [
      { requests: 'cpu=250m,memory=1Gi' },
      { resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '512Mi' } } },
    ],
    [
      { limits: 'memory=1e9,ephemeral-storage=1Ei' },
      {
        resources: {
          requests: { cpu: '100m', memory: '128Mi' },
          limits: { memory: '1e9', 'ephemeral-storage': '1Ei' },
        },
      },
    ],
    [{ nodeSelector: ['a=b', 'c='] }, { nodeSelector: { a: 'b', c: '' } }],
    [
      { toleration: ['a=b:NoExecute'] },
      { tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute' }] },
    ],
    [
      { toleration: ['a:NoSchedule'] },
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }] },
    ],
    [{ toleration: [':NoSchedule'] }, { tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }] }],
    [{ imagePullSecret: ['one'] }, { imagePullSecrets: [{ name: 'one' }] }],
    [{ policy: false }, { admission: 'none' }],
    [{ kubernetesVersion: '1.28' }, { admission: 'webhook', selectableFields: false }],
    [{ kubernetesVersion: 'v1.26.15-eks-1' }, { admission: 'webhook', selectableFields: false }],
    [{ kubernetesVersion: '1.30' }, {}],
    [
      { kubernetesVersion: '1.29', policy: false },
      { admission: 'none', selectableFields: false },
    ],
    [{ jobSecret: ['bgtask-forge', 'github-app'] }, { jobSecrets: ['github-app'] }],
    [
      { settings: { text: 'runner: { secrets: { forge: github-app } }', source: 'a' } },
      { settings: 'runner: { secrets: { forge: github-app } }', jobSecrets: ['github-app'] },
    ],
    [{ server: true }, { server: { replicas: 1 } }],
    [
      { server: true, serverReplicas: '2', serverTls: 'my-tls' },
      { server: { replicas: 2, tlsSecret: 'my-tls' } },
    ],
    [{ settings: { text: 'limits: { perUser: 2 }', source: 'a' } }, { settings: 'limits: { perUser: 2 }' }],
    [{ settings: { text: '\n', source: 'a' } }, { settings: '{}\n' }],
  ];
  for (const [choices, made] of TAKEN)
    it(`${JSON.stringify(choices)} is understood`, () => {
      assert.deepEqual(installOptions(choices, VERSION), { ...SAMPLES.default, ...made });
    });

  const REFUSED: [Choices, RegExp][] = [
    [{ kubernetesVersion: 'newest' }, /--kubernetes-version: "newest" is not a version/],
    [{ kubernetesVersion: '1.25' }, /--kubernetes-version: bgtask needs Kubernetes 1\.26 or newer/],
    [{ jobSecret: ['a"b'] }, /"a"b" is not a valid name of a Secret/],
    [{ replicas: 'two' }, /replicas must be a whole number/],
    [{ replicas: '0' }, /replicas must be a whole number from 1 to 10/],
    [{ namespace: 'Upper' }, /"Upper" is not a valid name of a namespace/],
    [{ image: 'a b' }, /"a b" is not a valid name of an image/],
    [{ requests: 'cpu' }, /--requests: "cpu" is not understood/],
    [{ limits: 'memory=much' }, /--limits: "memory=much" is not understood/],
    [{ limits: 'memory=1ki' }, /--limits: "memory=1ki" is not understood/],
    [{ limits: 'memory=2K' }, /--limits: "memory=2K" is not understood/],
    [{ nodeSelector: ['=b'] }, /--node-selector: "=b" is not understood/],
    [{ toleration: ['a=b:Never'] }, /--toleration: "a=b:Never" is not understood/],
    [{ serverTls: 'my-tls' }, /--server-tls and --server-replicas belong to --server/],
    [{ server: true, serverReplicas: 'two' }, /replicas of the server must be a whole number from 1 to 10/],
    [{ server: true, serverTls: 'My TLS' }, /"My TLS" is not a valid name of a Secret/],
    [{ settings: { text: '{', source: 'my.yaml' } }, /my\.yaml is not valid YAML/],
    [{ settings: { text: 'limit: 1', source: 'my.yaml' } }, /my\.yaml is not a valid settings document/],
  ];
  for (const [choices, message] of REFUSED)
    it(`${JSON.stringify(choices)} is refused with its name`, () => {
      assert.throws(
        () => installOptions(choices, VERSION),
        (error) => error instanceof BgtaskError && message.test(error.message),
      );
    });
});
