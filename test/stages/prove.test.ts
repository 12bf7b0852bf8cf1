import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { branchName } from '../../src/api/names.ts';
import type { StageReport } from '../../src/domain/report.ts';
import { Job, type JobOptions } from '../support/stage/job.ts';
import { type Content, git, GIT_ENV, makeRemote, tempFolder } from '../support/stage/remote.ts';

/** A repository's own file, with a dependency and a check. */
const own = (check: string): string =>
  `install: mkdir -p node_modules && echo good > node_modules/dep\nchecks: [{ name: test, run: ${check}, kind: test }]\n`;

const FILES: Record<string, Content> = {
  '.gitignore': 'node_modules/\n',
  'm.js': 'exports.add = (a, b) => a + b;\n',
  'check.js': "if (require('./m.js').add(1, 2) !== 3) process.exit(1);\n",
  '.bgtask.yaml': own('node check.js'),
};

/** A task as a pod runs it: the work stage's folder and the prove stage's are two, which see the same path as their workspace. */
class PodJob {
  readonly remote: string;
  readonly stages: Job;
  readonly #dir = tempFolder();
  readonly #options: JobOptions;

  constructor(remote: string, agent: string, options: Partial<JobOptions> = {}) {
    this.remote = remote;
    this.#options = { remote, agent, dir: this.#dir, ...options };
    this.stages = new Job({ ...this.#options, env: { BGTASK_PROOF: join(this.#dir, 'proof') } });
  }

  get log(): string {
    return this.stages.log;
  }

  get handed(): string {
    return join(this.#dir, 'handed');
  }

  /** Where the stage that runs now has its workspace. */
  get workspace(): string {
    return join(this.#dir, 'workspace');
  }

  async work(): Promise<StageReport> {
    await this.stages.run('clone');
    return this.#as({ BGTASK_ROOM: 'container', BGTASK_PROVED_BY: 'prove' }).run('work');
  }

  /** Lets the prove stage have the workspace's path, and the work stage's folder another one. */
  async handOver(): Promise<void> {
    execFileSync('mv', [this.workspace, this.handed]);
    execFileSync('mv', [join(this.#dir, 'proof'), this.workspace]);
  }

  get prover(): Job {
    return this.#as({ BGTASK_ROOM: 'container', BGTASK_HANDED: this.handed });
  }

  async publish(): Promise<StageReport> {
    return this.#as({ BGTASK_WORKSPACE: this.handed, BGTASK_PROOF: this.workspace }).run('publish');
  }

  #as(env: Record<string, string>): Job {
    const job = new Job({ ...this.#options, env });
    Object.assign(job.input.task, this.stages.input.task);
    return job;
  }
}

const start = async (
  agent: string,
  files: Record<string, Content> = {},
  options: Partial<JobOptions> = {},
): Promise<PodJob> => new PodJob(await makeRemote({ ...FILES, ...files }), agent, options);

describe('the prove stage of a pod', () => {
  it('judges the change that the work stage made, which publish then pushes with that proof', async () => {
    const pod = await start('echo "// more" >> m.js');
    const made = await pod.work();
    assert.equal(made.verdict, undefined, 'the stage with the agent proves nothing');
    await pod.handOver();
    const proof = await pod.prover.run('prove');
    assert.deepEqual(
      { changed: proof.changed, snapshot: proof.snapshot, verdict: proof.verdict?.reason, room: proof.room },
      { changed: true, snapshot: made.snapshot, verdict: 'ChecksPassed', room: 'container' },
    );
    const { repo } = await pod.publish();
    assert.equal(repo?.status, 'pushed');
    assert.match(await git(pod.remote, 'show', `${branchName(pod.stages.input.task.name)}:m.js`), /more/);
  });

  it('runs the checks once for an agent that repairs nothing', async () => {
    const pod = await start('echo "// more" >> m.js');
    await pod.work();
    await pod.handOver();
    await pod.prover.run('prove');
    assert.equal(pod.log.match(/^Running tests: /gm)?.length, 1);
  });

  const broken = "sed -i 's/a + b/a - b/' m.js";
  const attacks: [what: string, agent: string][] = [
    ['a module in an ignored folder', `${broken}; mkdir -p node_modules; echo bad > node_modules/dep`],
    ['the report of the work stage', `${broken}; mkdir -p ../out; echo '{}' > ../out/report.json`],
    ['the configuration of its repository', `${broken}; git -C ../base.git config core.fsmonitor 'touch /tmp/pwned'; git -C ../base.git update-ref -d refs/heads/main`],
  ]; // prettier-ignore
  for (const [what, agent] of attacks)
    it(`fails a change that breaks its checks, whatever the agent does to ${what}`, async () => {
      const pod = await start(agent, {
        '.bgtask.yaml': own('grep good node_modules/dep && node check.js'),
      });
      await pod.work();
      await pod.handOver();
      const failure = await pod.prover.fails('prove');
      assert.equal(failure.reason, 'ValidationFailed');
      assert.equal(failure.checks?.[0]?.result, 'failed');
    });

  it('finds failures that the agent is told of in the stage before, and fails with the same words', async () => {
    const pod = await start(broken, {}, { spec: { repairs: 1 } });
    await pod.stages.run('clone');
    const failure = await pod.work().catch((error: unknown) => error as Error);
    assert.match((failure as Error).message, /^Tests failed: node check\.js exited with code 1/);
  });

  it('says that nothing changed where the work stage said so, and installs nothing', async () => {
    const pod = await start('true');
    await pod.work();
    await pod.handOver();
    assert.equal((await pod.prover.run('prove')).changed, false);
    assert.equal(pod.log.match(/Installing dependencies/g)?.length, 1);
    assert.equal((await pod.publish()).repo?.status, 'nodiff');
  });

  const refused: [what: string, change: (pod: PodJob) => Promise<void>, says: RegExp][] = [
    ['no report', (pod) => rm(join(pod.handed, 'out/report.json')), /The work stage left no readable report/],
    ['no pack', (pod) => rm(join(pod.handed, 'out/snapshot.pack')), /left no readable change/],
    [
      'a pack that is cut',
      (pod) => writeFile(join(pod.handed, 'out/snapshot.pack'), 'PACK'),
      /cannot be read/,
    ],
  ];
  for (const [what, change, says] of refused)
    it(`ends with RunnerLost for ${what}`, async () => {
      const pod = await start('echo "// more" >> m.js');
      await pod.work();
      await pod.handOver();
      await change(pod);
      const failure = await pod.prover.fails('prove');
      assert.equal(failure.reason, 'RunnerLost');
      assert.match(failure.message, says);
    });

  it('is not believed by publish for another change than the one that was handed over', async () => {
    const pod = await start('echo "// more" >> m.js');
    await pod.work();
    await pod.handOver();
    await pod.prover.run('prove');
    const file = join(pod.workspace, 'out/report.json');
    const report = JSON.parse(await readFile(file, 'utf8')) as StageReport;
    await writeFile(file, JSON.stringify({ ...report, snapshot: '0'.repeat(40) }));
    await assert.rejects(pod.publish(), /The checks ran on another change/);
    await rm(file);
    await assert.rejects(pod.publish(), /The prove stage left no readable report/);
  });

  it('has a workspace of its own from the clone stage on: a copy, and no link to the other', async () => {
    const pod = await start('true');
    await pod.stages.run('clone');
    const proof = join(pod.workspace, '../proof');
    assert.ok(existsSync(join(proof, 'base.git/HEAD')));
    execFileSync('git', ['-C', join(proof, 'base.git'), 'fsck', '--strict'], {
      env: GIT_ENV,
      stdio: 'ignore',
    });
  });
});
