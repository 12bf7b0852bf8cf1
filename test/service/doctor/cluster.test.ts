import assert from 'node:assert/strict';
import { BgtaskError } from '../../../src/domain/errors.ts';
import { golden } from '../../cli/output/golden.ts';
import { openWorld, type Outcome } from '../../cli/world.ts';
import { CRD, INSTALLATION_CASES } from './installation-cases.ts';
import { PROJECT_CASES } from './project-cases.ts';
import { PretendCluster } from './pretend-cluster.ts';
import { UNSEEN } from './unseen.ts';

/** Runs the command line on a cluster. */
const doctor = async (cluster: PretendCluster, ...args: string[]): Promise<Outcome> => {
  const [world, { run }] = await Promise.all([openWorld(), import('../../../src/cli/program.ts')]);
  const outcome: Outcome = { code: -1, out: '', err: '' };
  const context = { ...world.context(outcome), engine: () => Promise.resolve(cluster.engine()) };
  outcome.code = await run(['doctor', '-n', 'team-a', ...args], context);
  world.close();
  return { ...outcome, out: outcome.out.replaceAll(process.version, 'v20.20.2') };
};

describe('The doctor, of a cluster,', () => {
  it('finds everything well where it is', async () => {
    const found = await new PretendCluster().examine();
    assert.deepEqual(
      found.filter(({ level }) => level !== 'ok'),
      [],
    );
  });

  for (const { what, subject, level, message, command, ...each } of [...INSTALLATION_CASES, ...PROJECT_CASES])
    it(`finds ${what}, and names the command that fixes it`, async () => {
      const cluster = new PretendCluster();
      await each.break(cluster);
      const [found, ...more] = (await cluster.examine()).filter((one) => one.subject === subject);
      assert.equal(more.length, 0);
      assert.equal(found?.level, level, found?.message);
      assert.match(found.message, message);
      assert.equal(found.command, command);
      assert.equal(found.fix !== undefined, level !== 'ok');
    });

  it('says of what may not be read that it could not look, never that it is missing, and is well with it', async () => {
    const cluster = new PretendCluster();
    for (const key of cluster.objects.keys()) cluster.hidden.add(key.split('/')[0] ?? '');
    cluster.hidden.add('NetworkPolicy');
    const found = await cluster.examine();
    const unseen = found.filter(({ level }) => level !== 'ok');
    assert.deepEqual(
      unseen.map(({ subject }) => subject),
      UNSEEN,
    );
    for (const { level, message, command } of unseen) {
      assert.equal(level, 'warning');
      assert.match(message, /^could not look: alice cannot get/);
      assert.match(command ?? '', /^kubectl /);
    }
  });

  it('says once that the cluster does not answer, and looks at nothing more', async () => {
    const cluster = new PretendCluster();
    cluster.silence = new BgtaskError('Unavailable', 'cannot reach the cluster', {
      hint: 'see whether it runs',
    });
    const found = (await cluster.examine()).filter(({ level }) => level !== 'ok');
    const [one] = found;
    assert.equal(found.length, 1);
    assert.deepEqual(one, {
      level: 'problem',
      subject: 'cluster',
      message: 'cannot reach the cluster',
      fix: 'see whether it runs',
    });
  });

  it('prints commands that reach the cluster it looked at', async () => {
    const cluster = new PretendCluster();
    cluster.remove('Namespace/team-a');
    cluster.remove(CRD);
    const commands = (await cluster.examine(['--context=my work'])).flatMap(({ command }) => command ?? []);
    assert.ok(commands.length >= 2);
    for (const command of commands) assert.ok(command.endsWith(" '--context=my work'"), command);
  });

  it('shows no value of a Secret', async () => {
    assert.doesNotMatch(JSON.stringify(await new PretendCluster().examine()), /c2VjcmV0|secret value/);
  });

  it('finds the operator where it was installed', async () => {
    const cluster = new PretendCluster();
    cluster.change('ClusterRoleBinding/bgtask-operator', () => ({ subjects: [{ namespace: 'own' }] }));
    const found = await cluster.examine();
    assert.match(
      found.find(({ subject }) => subject === 'deployment')?.message ?? '',
      /own\/bgtask-operator/,
    );
  });

  it('takes the settings of the cluster for no project’s own', async () => {
    const cluster = new PretendCluster();
    cluster.change('ConfigMap/bgtask-config', () => ({ data: { 'config.yaml': 'passEnv: [NPM_TOKEN]' } }));
    const found = await cluster.examine([], 'bgtask-system');
    assert.equal(found.find(({ subject }) => subject === 'own settings')?.level, 'ok');
  });

  it('prints a mark, a subject and a sentence a finding, and exits with 0 where nothing is broken', async () => {
    const { code, out } = await doctor(new PretendCluster());
    assert.equal(code, 0);
    golden('golden/cluster-well.txt', import.meta.url, out);
  });

  it('prints what fixes it below each thing that is not well, and exits with 1 where something is broken', async () => {
    const cluster = new PretendCluster();
    for (const key of [
      'ValidatingAdmissionPolicy/bgtask-identity',
      'Lease/bgtask-operator',
      'Secret/bgtask-forge',
    ])
      cluster.remove(key);
    cluster.hidden.add('Namespace');
    const { code, out } = await doctor(cluster, '--context', 'work');
    assert.equal(code, 1);
    golden('golden/cluster-broken.txt', import.meta.url, out);
  });

  it('prints the same as JSON with -o json', async () => {
    const cluster = new PretendCluster();
    cluster.remove('Secret/bgtask-forge');
    const { code, out } = await doctor(cluster, '-o', 'json');
    assert.equal(code, 0);
    golden('golden/cluster.json', import.meta.url, out);
  });
});
