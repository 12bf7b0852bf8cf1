import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AgenticSession } from '../../../src/api/types.ts';
import { SAMPLE } from '../../scenarios/sample-app.ts';
import { git, type StandInRepo } from '../../support/github-standin/repositories.ts';
import type { ClusterOptions } from '../harness/cluster.ts';
import { containerProcesses } from '../harness/leftovers.ts';
import { until } from '../harness/until.ts';
import { type Gates, startGates } from '../scenarios/gates.ts';
import { nodeScene, type NodeScene, PROJECT } from '../scenarios/node-scene.ts';
import { PERSON } from '../scenarios/scene.ts';

type Status = NonNullable<AgenticSession['status']>;

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** Seconds within which the pods of a task that was stopped must be gone. */
const GONE = 30;

/** Tasks on a node that things happen to: any number at once, in one repository. */
export class Chores {
  readonly here: NodeScene;
  readonly gates: Gates;
  readonly repo: StandInRepo;
  /** The tasks that were created. */
  readonly names = new Set<string>();

  private constructor(here: NodeScene, gates: Gates, repo: StandInRepo) {
    this.here = here;
    this.gates = gates;
    this.repo = repo;
  }

  /** `runner` is what the settings say of Jobs; `extra` are flags of the cluster's programs. */
  static async start(runner: object, extra?: ClusterOptions['extra']): Promise<Chores> {
    const more = { limits: { perUser: 0, perRepository: 0 }, allowed: { images: ['localhost/**'] } };
    const here = await nodeScene({ extra, settings: () => ({ runner, more }) });
    const gates = await startGates(here.node.hostAddress);
    const repo = await here.github.createRepo('example-org', 'app', { files: { ...SAMPLE } });
    return new Chores(here, gates, repo);
  }

  /** Creates a task whose agent runs a command. */
  async create(name: string, run: string, ...more: string[]): Promise<void> {
    const { scene } = this.here;
    const what = ['-n', PROJECT, '--repo', this.repo.cloneUrl, '-m', 'Change a file.', '--run', run];
    await scene.ok(PERSON, 'create', name, ...what, ...more);
    this.names.add(name);
  }

  /** Creates a task that waits at the gate of its name, once its agent is there. Opened, it changes a file and ends well. */
  async createAtGate(name: string): Promise<void> {
    await this.create(name, `echo Before; ${this.gates.pass(name)}; echo After; echo "${name}" > CHANGES.md`);
    await this.gates.reached(name);
  }

  /** Resolves when nothing of a task's agent runs any more, as the machine sees it: also while the kubelet is away. */
  agentHasEnded(name: string): Promise<unknown> {
    const { cluster } = this.here;
    const runs = (): boolean =>
      containerProcesses(cluster.id).some((pid) => commandLine(pid).includes('runner\0work'));
    return until(`the end of the work stage of ${name}`, 60, () => !runs());
  }

  /** The status of a task once it has ended. */
  async ended(name: string, seconds = 60): Promise<Status> {
    const { scene } = this.here;
    const task = await until(`the end of task ${name}`, seconds, async () => {
      const found = await scene.task(PROJECT, name);
      return found?.status?.completionTime ? found : undefined;
    });
    return task.status ?? {};
  }

  /** The names of a task's pods. */
  async pods(name: string): Promise<string[]> {
    const label = `ambient-code.io/task=${name}`;
    const list = await this.kubectl('get', 'pods', '-o', 'name', '-l', label);
    return list.split('\n').flatMap((line) => (line === '' ? [] : [line.replace('pod/', '')]));
  }

  /** Resolves when a task has no pod. */
  gone(name: string, seconds = GONE): Promise<unknown> {
    return until(`the end of the pods of ${name}`, seconds, async () => (await this.pods(name)).length === 0);
  }

  /** As an administrator, in the project. */
  kubectl(...args: string[]): Promise<string> {
    return this.here.cluster.ok(['-n', PROJECT, ...args]);
  }

  log(name: string): Promise<string> {
    return this.here.scene.ok(PERSON, 'logs', name, '-n', PROJECT);
  }

  async wasPushed(name: string): Promise<boolean> {
    return (await git(this.repo.directory, 'branch', '--list', `background-task-${name}`)) !== '';
  }

  /** Lets an agent that is at its gate go on, if it lives, and sees that nothing of it arrives. */
  async assertNothingPushed(name: string): Promise<void> {
    this.gates.open(name);
    await this.gone(name);
    assert.equal(await this.wasPushed(name), false);
    assert.ok(!this.here.github.pulls.some(({ head }) => head === `background-task-${name}`));
  }

  /** Sees that a task ended well, once: one run of its agent (or `runs`), one branch, one pull request, and each line of its log once. */
  async assertDoneOnce(name: string, runs = 1): Promise<void> {
    const { phase, error, repos } = await this.ended(name, 90);
    assert.equal(phase, 'Completed', error);
    assert.equal(this.gates.counts()[name], runs, 'runs of the agent');
    const pulls = this.here.github.pulls.filter(({ head }) => head === `background-task-${name}`);
    assert.deepEqual(
      pulls.map(({ url }) => url),
      [repos?.[0]?.prUrl],
    );
    const lines = (await this.log(name)).split('\n');
    for (const line of [
      'Repository cloned',
      'Before',
      'After',
      'All checks passed',
      'Code changes generated',
    ])
      assert.equal(lines.filter((each) => each === line).length, 1, `${line}\n${lines.join('\n')}`);
  }

  async close(): Promise<void> {
    await this.gates.close();
    await this.here.close();
  }
}
