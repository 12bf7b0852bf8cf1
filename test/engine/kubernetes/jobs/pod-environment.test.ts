import assert from 'node:assert/strict';
import { shortTmps } from '../../../../src/engine/short-tmp.ts';
import { defaultJobConfig } from '../../../../src/engine/kubernetes/jobs/job-config.ts';
import { buildJob } from '../../../../src/engine/kubernetes/jobs/job.ts';
import { untrustedEnv } from '../../../../src/runner/environment.ts';
import { inWorkspace, stagePaths } from '../../../../src/runner/stage-context.ts';
import { sampleInput, sampleSession } from './samples.ts';

interface Container {
  name: string;
  env: { name: string; value: string }[];
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}
interface Pod {
  initContainers: Container[];
  containers: Container[];
  volumes: { name: string; emptyDir?: { sizeLimit: string } }[];
}

const podOf = (image?: string): Pod => {
  const session = sampleSession('upgrade-lodash', image === undefined ? {} : { image });
  const job = buildJob(
    session,
    sampleInput(session),
    defaultJobConfig('registry.example.com/runner:1'),
    () => ({ gateway: [], agent: ['ANTHROPIC_API_KEY'] }),
  );
  return (job.spec as unknown as { template: { spec: Pod } }).template.spec;
};

const stageOf = ({ initContainers, containers }: Pod, stage: string): Container => {
  const found = [...initContainers, ...containers].find(({ name }) => name === stage);
  assert.ok(found, `the pod has a container ${stage}`);
  return found;
};

/** What programs notice most. */
const compared = (env: Record<string, string> = {}): Record<string, string | undefined> =>
  Object.fromEntries(['HOME', 'TMPDIR', 'PATH', 'CI', 'TERM', 'NO_COLOR'].map((name) => [name, env[name]]));

const IMAGES: [what: string, image: string | undefined][] = [
  ['the runner’s image', undefined],
  ['an image of the task’s own', 'golang:1.26'],
];

for (const [what, image] of IMAGES)
  describe(`the pod’s folders and variables, in ${what}`, () => {
    const pod = podOf(image);
    const variables = Object.fromEntries(stageOf(pod, 'work').env.map(({ name, value }) => [name, value]));

    for (const stage of ['clone', 'work', 'prove', 'publish'])
      it(`${stage} has a /tmp of its own that can be written to, of 2Gi`, () => {
        const mounts = stageOf(pod, stage).volumeMounts.filter(({ mountPath }) => mountPath === '/tmp');
        assert.deepEqual(mounts, [{ name: `tmp-${stage}`, mountPath: '/tmp' }]);
        const volume = pod.volumes.find(({ name }) => name === `tmp-${stage}`);
        assert.deepEqual(volume?.emptyDir, { sizeLimit: '2Gi' });
      });

    it('the temporary folder of agent and checks is in that /tmp, and short enough for a Unix socket', () => {
      assert.equal(variables['TMPDIR'], '/tmp');
      const [folder = ''] = shortTmps('00000000-0000-4000-8000-000000000001');
      assert.match(folder, /^\/tmp\/bgt-[0-9a-f]{16}$/);
    });

    it('agent and checks get the same variables as on the local engine', () => {
      const workspace = stageOf(pod, 'work').volumeMounts.find(({ name }) => name === 'workspace');
      const { home } = inWorkspace(stagePaths('work', variables).workspace);
      assert.equal(home, `${workspace?.mountPath}/home`, 'their home is in the workspace, not in /tmp');
      // The image's own PATH counts: the pod names none.
      assert.equal(variables['PATH'], undefined);
      const PATH = '/usr/local/go/bin:/usr/bin:/bin';
      const here = { PATH, HOME: '/home/dev', TMPDIR: '/var/tmp' };
      const [inPod, local] = [{ ...variables, PATH }, here].map((env) =>
        untrustedEnv({ env, home, tmp: '/tmp/bgt-0', pass: [] }),
      );
      assert.deepEqual(compared(inPod), compared(local));
      assert.equal(inPod?.['PATH'], `${PATH}:${home}/.local/bin:${home}/go/bin:${home}/.cargo/bin`);
      const own = Object.keys(inPod ?? {}).filter((name) => /^BGTASK_(?!JOB_COOKIE)/.test(name));
      assert.deepEqual(own, [], 'nothing of what the stage is told');
    });
  });
