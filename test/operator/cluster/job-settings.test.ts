import assert from 'node:assert/strict';
import { defaultSettings, parseSettings } from '../../../src/domain/settings.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { jobConfigOf } from '../../../src/operator/cluster/job-settings.ts';

const IMAGE = 'registry.example.com/bgtask:1';
const of = (runner: object) => jobConfigOf(parseSettings({ runner }, 'test'), IMAGE);

describe('What Jobs are made of', () => {
  it('is the program’s own default when the settings say nothing', () =>
    assert.deepEqual(jobConfigOf(defaultSettings(), IMAGE), defaultJobConfig(IMAGE)));

  it('is what the settings say, field by field', () => {
    const runner = {
      image: 'registry.example.com/other:2',
      imagePullPolicy: 'Always',
      imagePullSecrets: ['pull'],
      serviceAccount: 'runner',
      nodeSelector: { pool: 'tasks' },
      tolerations: [{ key: 'tasks', operator: 'Exists', effect: 'NoSchedule' }],
      runtimeClassName: 'gvisor',
      labels: { team: 'a' },
      env: { HTTPS_PROXY: 'http://proxy.example.com' },
    };
    assert.deepEqual(of(runner), { ...defaultJobConfig(runner.image), ...runner });
  });

  it('names no ids where the cluster assigns them', () =>
    assert.deepEqual(jobConfigOf(defaultSettings(), IMAGE, { assignsIds: true }), {
      ...defaultJobConfig(IMAGE),
      assignsIds: true,
    }));

  it('takes a part of the resources, and the rest stays', () => {
    const { resources } = of({ resources: { work: { limits: { memory: '8Gi', 'example.com/gpu': '1' } } } });
    const base = defaultJobConfig(IMAGE).resources;
    assert.deepEqual(resources, {
      ...base,
      work: {
        requests: base.work.requests,
        limits: { ...base.work.limits, memory: '8Gi', 'example.com/gpu': '1' },
      },
    });
  });

  it('takes a part of the volumes and of the Secrets, and the rest stays', () => {
    const { volumes, secrets } = of({ volumes: { workspace: '50Gi' }, secrets: { forge: 'github' } });
    const base = defaultJobConfig(IMAGE);
    assert.deepEqual(volumes, { ...base.volumes, workspace: '50Gi' });
    assert.deepEqual(secrets, { ...base.secrets, forge: 'github' });
  });

  it('does not take an undefined field for a value', () => {
    const settings = defaultSettings();
    const runner = { imagePullSecrets: undefined, serviceAccount: undefined, image: undefined };
    assert.deepEqual(jobConfigOf({ ...settings, runner }, IMAGE), defaultJobConfig(IMAGE));
  });
});
