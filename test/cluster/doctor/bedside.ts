import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../src/service/doctor/finding.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { NAMESPACE, PERSON, Scene } from '../scenarios/scene.ts';
import { OperatorProcess } from '../scenarios/operator-process.ts';

export const PROJECT = 'team-a';
export const IMAGE = 'registry.example.com/team/bgtask:1.0';

const FILES = { 'token.txt': 'not-a-real-token', 'key.txt': 'not-a-real-key' };

/** A cluster on which everything is well, and the doctor that is called to it. */
export class Bedside {
  readonly cluster: Cluster;
  readonly scene: Scene;
  readonly #folder: string;
  #operator: OperatorProcess | undefined;

  private constructor(cluster: Cluster, scene: Scene, folder: string) {
    this.cluster = cluster;
    this.scene = scene;
    this.#folder = folder;
  }

  /** Installs, makes a project with its Secrets, and starts an operator; `folder` is for files that commands name. */
  static async prepare(cluster: Cluster, folder: string): Promise<Bedside> {
    const bedside = new Bedside(cluster, await Scene.install(cluster, '--image', IMAGE), folder);
    for (const [file, text] of Object.entries(FILES)) writeFileSync(join(folder, file), text);
    await bedside.scene.project(PROJECT, [PERSON]);
    for (const secret of [
      'bgtask-forge --from-literal=GITHUB_TOKEN=x',
      'bgtask-model --from-literal=ANTHROPIC_API_KEY=x',
    ])
      await cluster.ok(['-n', PROJECT, 'create', 'secret', 'generic', ...secret.split(' ')]);
    await bedside.playKubelet();
    await bedside.startOperator();
    return bedside;
  }

  async startOperator(): Promise<void> {
    this.#operator = await OperatorProcess.start(await this.scene.operatorKubeconfig(), 'operator-1');
    await this.#operator.said('reconciling');
  }

  /** The operator lets its lease go and ends. */
  async stopOperator(): Promise<void> {
    await this.#operator?.end();
    this.#operator = undefined;
  }

  /** There is no node: says of the operator's pod what a kubelet would, once it is there. */
  async playKubelet(): Promise<void> {
    const { cluster } = this;
    await until("the operator's Deployment is available", 60, async () => {
      const pods = await cluster.ok(['-n', NAMESPACE, 'get', 'pods', '-o', 'name']);
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      for (const pod of pods.split('\n').filter(Boolean))
        await cluster.kubectl([
          '-n',
          NAMESPACE,
          'patch',
          pod,
          '--subresource=status',
          '-p',
          JSON.stringify({ status }),
        ]);
      const path = ['-o', 'jsonpath={.status.availableReplicas}'];
      return (await cluster.ok(['-n', NAMESPACE, 'get', 'deployment', 'bgtask-operator', ...path])) === '1';
    });
  }

  /** Everything that the doctor says, and its exit code. */
  async examine(user = 'admin', ...args: string[]): Promise<{ code: number; found: Finding[] }> {
    const { code, stdout, stderr } = await this.scene.bgtask(
      user,
      'doctor',
      '-n',
      PROJECT,
      '-o',
      'json',
      ...args,
    );
    assert.equal(stderr, '');
    return { code, found: JSON.parse(stdout) as Finding[] };
  }

  /** What the doctor says of one thing. */
  async about(subject: string, user?: string, ...args: string[]): Promise<Finding> {
    const { found } = await this.examine(user, ...args);
    const [finding, ...more] = found.filter((each) => each.subject === subject);
    assert.ok(finding && more.length === 0, `one finding about ${subject}: ${JSON.stringify(found)}`);
    return finding;
  }

  /** Runs a command that the doctor printed, as admin. It names the kubeconfig of the user who asked: admin takes its own. */
  async follow({ command = '' }: Finding): Promise<string> {
    const [program, ...words] = command
      .replace('--image IMAGE', `--image ${IMAGE}`)
      .replace(/\b(token|key)\.txt$/, (file) => join(this.#folder, file))
      .split(' ')
      .filter((word) => !word.startsWith('--kubeconfig='))
      .map((word) => word.replace(/=(token|key)\.txt$/, `=${this.#folder}/$1.txt`));
    if (program === 'kubectl') return this.cluster.ok(words);
    assert.equal(program, 'bgtask', command);
    return this.scene.ok('admin', ...words);
  }

  async close(): Promise<void> {
    await this.stopOperator();
    await this.scene.close();
  }
}
