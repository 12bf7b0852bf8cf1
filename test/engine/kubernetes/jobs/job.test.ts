import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import type { SessionSpec } from '../../../../src/api/types.ts';
import type { ModelKeys } from '../../../../src/domain/credentials.ts';
import type { BgtaskError } from '../../../../src/domain/errors.ts';
import { parseReport } from '../../../../src/domain/report.ts';
import { imageReports } from '../../../../src/engine/kubernetes/jobs/image-probe.ts';
import { buildJob } from '../../../../src/engine/kubernetes/jobs/job.ts';
import { defaultJobConfig, type JobConfig } from '../../../../src/engine/kubernetes/jobs/job-config.ts';
import { agentKeys } from '../../../../src/runner/agents/model-keys.ts';
import { golden } from '../../../cli/output/golden.ts';
import { sampleInput, sampleSession } from './samples.ts';

const IMAGE = 'registry.example.com/bgtask/runner:0.1.0';
const plain = defaultJobConfig(IMAGE);
let modelKeys: ModelKeys;

const EVERYTHING: JobConfig = {
  ...plain,
  command: ['/usr/local/bin/bgtask'],
  imagePullPolicy: 'IfNotPresent',
  imagePullSecrets: ['registry', 'mirror'],
  serviceAccount: 'tasks',
  resources: {
    ...plain.resources,
    work: { requests: { cpu: '2', memory: '8Gi', 'ephemeral-storage': '20Gi' }, limits: { memory: '16Gi' } },
  },
  volumes: { pristine: '5Gi', workspace: '50Gi', tmp: '10Gi', tools: '1Gi' },
  secrets: { forge: 'github-app', model: 'anthropic' },
  nodeSelector: { 'example.com/pool': 'agents' },
  tolerations: [{ key: 'example.com/agents', operator: 'Exists', effect: 'NoSchedule' }],
  runtimeClassName: 'gvisor',
  ca: { configMap: 'company-ca', key: 'ca-bundle.crt' },
  labels: { 'example.com/cost-center': '42', 'ambient-code.io/mode': 'not-ours' },
  env: { HTTPS_PROXY: 'http://proxy.example.com:3128', PRICE: '$(HOME) is not a reference' },
};

const build = (config: JobConfig, spec: Partial<SessionSpec> = {}) => {
  const session = sampleSession('upgrade-lodash', spec);
  return buildJob(session, sampleInput(session), config, modelKeys);
};

describe('buildJob', () => {
  before(async () => {
    modelKeys = await agentKeys();
  });

  const CASES: Record<string, [JobConfig, Partial<SessionSpec>]> = {
    plain: [plain, {}],
    'own-image': [plain, { image: 'golang:1.26' }],
    secrets: [{ ...plain, secrets: { forge: 'github-app', model: 'anthropic' } }, {}],
    gateway: [{ ...plain, hasSidecars: true }, { image: 'golang:1.26' }],
    openshift: [{ ...plain, assignsIds: true }, {}],
    continued: [plain, { continueFrom: 'earlier-0a1b2c3d' }],
    everything: [EVERYTHING, { image: 'golang:1.26' }],
  };
  for (const [name, [config, spec]] of Object.entries(CASES))
    it(`makes the Job of golden/${name}.yaml`, () => {
      golden(
        `golden/${name}.yaml`,
        import.meta.url,
        stringify(build(config, spec), { lineWidth: 0, aliasDuplicateObjects: false }),
      );
    });

  it('gives the credential of the forge to trusted stages only, and the pristine copy too', () => {
    const { spec } = build(plain, { image: 'golang:1.26' });
    const pod = (spec as unknown as PodTemplate).template.spec;
    const seen = [...pod.initContainers, ...pod.containers].map(({ name, volumeMounts }) => [
      name,
      volumeMounts
        .filter((each) => ['forge', 'model', 'pristine'].includes(each.name))
        .map((each) => each.name),
    ]);
    assert.deepEqual(Object.fromEntries(seen), {
      clone: ['pristine', 'forge'],
      work: ['model'],
      prove: [],
      publish: ['pristine', 'forge'],
    });
  });

  const WITH_GATEWAY: [type: string, env: Record<string, string>, seen: Record<string, string[]>][] = [
    ['claude', {}, { gateway: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'] }],
    [
      'opencode',
      {},
      {
        gateway: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
        work: ['OPENCODE_API_KEY'],
      },
    ],
    [
      'claude',
      { CLAUDE_CODE_USE_BEDROCK: '1' },
      { work: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'] },
    ],
    ['command', {}, {}],
  ];
  for (const [type, env, expected] of WITH_GATEWAY)
    it(`with sidecars and ${JSON.stringify(env)}, the keys of ${type} are seen by ${JSON.stringify(Object.keys(expected))}`, () => {
      const { spec } = build({ ...plain, hasSidecars: true, env }, { agent: { type } });
      const pod = (spec as unknown as PodTemplate).template.spec;
      const keysOf = (volume: string): string[] =>
        pod.volumes.find(({ name }) => name === volume)?.secret?.items?.map(({ key }) => key) ?? [];
      const seen = [...pod.initContainers, ...pod.containers].map(
        ({ name, volumeMounts }) =>
          [
            name,
            volumeMounts.flatMap((mount) => (mount.name === 'forge' ? [] : keysOf(mount.name))),
          ] as const,
      );
      assert.deepEqual(Object.fromEntries(seen.filter(([, keys]) => keys.length > 0)), expected);
    });

  const MODEL_KEYS: Record<string, string[] | undefined> = {
    claude: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'],
    codex: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
    command: undefined,
    toString: undefined,
  };
  for (const [type, keys] of Object.entries(MODEL_KEYS))
    it(`mounts for agent ${type} ${keys ? `no key of the model's Secret but ${keys.join(', ')}` : 'no model key'}`, () => {
      const { template } = build(plain, { agent: { type, run: 'true' } }).spec as unknown as PodTemplate;
      const { initContainers, volumes } = template.spec;
      const mounted = initContainers[1]?.volumeMounts.some(({ name }) => name === 'model');
      const volume = volumes.find(({ name }) => name === 'model');
      assert.deepEqual(
        volume?.secret?.items?.map(({ key }) => key),
        keys,
      );
      assert.equal(mounted, keys !== undefined);
    });

  it('labels the Job of a session that was applied by hand', () => {
    const session = sampleSession();
    session.metadata.labels = undefined;
    const { metadata } = buildJob(session, sampleInput(session), plain, modelKeys);
    assert.equal(metadata.labels?.['ambient-code.io/mode'], 'background');
    assert.match(metadata.labels?.['ambient-code.io/creator'] ?? '', /^user-example\.com-[0-9a-f]{10}$/);
    assert.equal(metadata.labels?.['ambient-code.io/task'], session.metadata.name);
  });

  it('refuses a session whose name leaves no room for a Job', () => {
    const session = sampleSession();
    session.metadata.name = 'a'.repeat(60);
    assert.throws(
      () => buildJob(session, sampleInput(session), plain, modelKeys),
      /has too long a name.*64 characters/,
    );
  });

  const STRANGE: [url: string, says: RegExp, branch?: string][] = [
    ['http://git.example.com/example-org/repo', /the scheme http is not allowed/],
    ['file:///var/run/secrets/bgtask', /the scheme file is not allowed/],
    ['/bgtask/workspace/checkout', /a path works with the local engine alone/],
    ['ext::sh -c id', /spaces, control characters/],
    ['https://user:not-real@git.example.com/repo', /holds a credential/],
    // The list of allowed repositories sees github.com in these; git goes to the other host.
    ['https://git.example.com\\@github.com/example-org/repo', /holds a backslash/],
    ['https://git.example.com#@github.com/example-org/repo', /no "\?" and no "#"/],
    ['https://git.example.com?@github.com/example-org/repo', /no "\?" and no "#"/],
    ['https://github.com/example-org/repo', /is not a valid branch name/, '--upload-pack=id'],
    ['https://github.com/example-org/repo', /is not a valid branch name/, 'main:refs/heads/other'],
  ];
  for (const [url, says, branch] of STRANGE)
    it(`refuses what kubectl sends and no client of ours: ${url} ${branch ?? ''}`, () =>
      assert.throws(
        () => build(plain, { repos: [{ input: { url, branch } }] }),
        (error: BgtaskError) => {
          assert.match(error.message, says);
          assert.ok(!error.message.includes('not-real'));
          return error.code === 'Invalid';
        },
      ));

  it('refuses an input that no annotation holds', () => {
    const session = sampleSession('big', { prompt: 'é'.repeat(140_000) });
    assert.throws(() => buildJob(session, sampleInput(session), plain, modelKeys), /too large for a Job/);
  });
});

interface PodTemplate {
  template: { spec: { initContainers: Container[]; containers: Container[]; volumes: Volume[] } };
}
interface Volume {
  name: string;
  secret?: { items?: { key: string }[] };
}
interface Container {
  name: string;
  volumeMounts: { name: string }[];
}

describe('imageReports', () => {
  for (const [name, message] of Object.entries(imageReports('work', 'registry.example.com/"odd" image\\n')))
    it(`${name} is a report of the work stage that names the image`, () => {
      const report = parseReport('work', message);
      assert.equal(report?.reason, 'InvalidTask');
      assert.match(report?.error ?? '', /registry\.example\.com/);
    });
});
