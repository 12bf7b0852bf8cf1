import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_VERSION, sessionName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { machine, type Machine, type Outcome } from '../../support/command-line.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { OperatorProcess } from './operator-process.ts';
import { reachWebhook } from './reach-webhook.ts';

export const PERSON = 'user@example.com';
export const NAMESPACE = 'bgtask-system';

/** A cluster with bgtask installed, and the command lines of the people who use it. */
export class Scene {
  readonly cluster: Cluster;
  /** The API server's, e.g. `v1.35.4`. */
  readonly version: string;
  readonly #machine: Machine;
  readonly #folder = mkdtempSync(join(tmpdir(), 'bgtask-scene-'));

  private constructor(cluster: Cluster, here: Machine, version: string) {
    this.cluster = cluster;
    this.version = version;
    this.#machine = here;
  }

  /** Installs as the documentation has it: manifests printed by `bgtask install`, applied by kubectl. `args` are for install. */
  static async install(cluster: Cluster, ...args: string[]): Promise<Scene> {
    const scene = await Scene.#on(cluster);
    const manifests = await scene.#machine.ok('install', '--kubernetes-version', scene.version, ...args);
    await cluster.ok(['apply', '--server-side', '-f', '-'], { input: manifests });
    await cluster.ok(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    return scene;
  }

  /** Installs by `bgtask install --apply`, which asks the cluster what it serves; `said` is what it prints. */
  static async apply(cluster: Cluster, ...args: string[]): Promise<Scene & { said: string }> {
    const scene = await Scene.#on(cluster);
    const said = await scene.ok('admin', 'install', '--apply', ...args);
    return Object.assign(scene, { said });
  }

  static async #on(cluster: Cluster): Promise<Scene> {
    const { gitVersion } = JSON.parse(await cluster.ok(['get', '--raw', '/version'])) as {
      gitVersion: string;
    };
    return new Scene(cluster, await machine({ BGTASK_ENGINE: 'kubernetes' }), gitVersion);
  }

  /** What keeps users from taking the names of others here, as the installed Deployment says it. */
  admission(): Promise<string> {
    const path = `{.spec.template.spec.containers[0].env[?(@.name=="BGTASK_ADMISSION")].value}`;
    const args = ['get', 'deployment', 'bgtask-operator', '-n', NAMESPACE, '-o', `jsonpath=${path}`];
    return this.cluster.ok(args);
  }

  /** A new project of Pod Security's level `restricted`, in which these people may have tasks. */
  async project(name: string, people: readonly string[] = [PERSON]): Promise<void> {
    const { cluster } = this;
    await cluster.ok(['create', 'namespace', name]);
    await cluster.ok(['label', 'namespace', name, 'pod-security.kubernetes.io/enforce=restricted']);
    const users = people.map((person) => `--user=${person}`);
    await cluster.ok(['-n', name, 'create', 'rolebinding', 'people', '--clusterrole=bgtask-edit', ...users]);
  }

  /** Runs `bgtask` as a person, with the kubeconfig of that person. */
  bgtask(person: string, ...args: string[]): Promise<Outcome> {
    return this.#machine.bgtask(...args, '--kubeconfig', this.cluster.kubeconfigFor(person));
  }

  /** The same; its output, and an error unless the exit code is 0. */
  async ok(person: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.bgtask(person, ...args);
    if (code !== 0) throw new Error(`bgtask ${args.join(' ')} exited with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** The path of a kubeconfig with the rights of the installed operator, and no others. */
  async operatorKubeconfig(): Promise<string> {
    const { cluster } = this;
    const token = await cluster.ok(['create', 'token', 'bgtask-operator', '-n', NAMESPACE]);
    const admin = JSON.parse(await cluster.ok(['config', 'view', '--raw', '-o', 'json'])) as object;
    const path = join(this.#folder, 'operator.kubeconfig');
    const users = [{ name: 'test', user: { token: token.trim() } }];
    writeFileSync(path, JSON.stringify({ ...admin, users }), { mode: 0o600 });
    return path;
  }

  /** The installed operator as a process of this machine, with its rights and no others. The API server reaches its webhook where it has one. */
  async operator(name: string, more: Readonly<Record<string, string>> = {}): Promise<OperatorProcess> {
    const admission = await this.admission();
    const env = { BGTASK_ADMISSION: admission, BGTASK_ADMISSION_PORT: '0', ...more };
    const operator = await OperatorProcess.start(await this.operatorKubeconfig(), name, env);
    if (admission === 'webhook') {
      await this.reachWebhook(operator);
      await operator.said('webhook certificate added');
    }
    return operator;
  }

  /** Lets the API server reach the webhook of this operator; again after an installation, which puts its own Service there. */
  async reachWebhook(operator: OperatorProcess): Promise<void> {
    await reachWebhook(this.cluster, Number((await operator.said('listening'))['webhook']));
  }

  /** Makes the settings' document, or replaces it. */
  async settings(document: string): Promise<void> {
    const metadata = { name: 'bgtask-config', namespace: NAMESPACE };
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': document } };
    await this.cluster.ok(['apply', '-f', '-'], { input: JSON.stringify(map) });
  }

  /** A task's object; undefined when there is none. */
  async task(project: string, name: string): Promise<AgenticSession | undefined> {
    return this.object<AgenticSession>(project, 'as', sessionName(project, name));
  }

  /** Any object. */
  async object<T>(namespace: string, kind: string, name: string): Promise<T | undefined> {
    const args = ['-n', namespace, 'get', kind, name, '--ignore-not-found', '-o', 'json'];
    const found = await this.cluster.ok(args);
    return found === '' ? undefined : (JSON.parse(found) as T);
  }

  /** Names of the objects of a kind in a project. */
  async names(namespace: string, kind: string): Promise<string[]> {
    const list = await this.cluster.ok(['-n', namespace, 'get', kind, '-o', 'name']);
    return list.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(line.indexOf('/') + 1)]));
  }

  /** A task once this holds of it. */
  becomes(
    project: string,
    name: string,
    what: string,
    holds: (task: AgenticSession) => boolean,
  ): Promise<AgenticSession> {
    let last: AgenticSession | undefined;
    return until(`task ${name}: ${what}`, 60, async () => {
      last = await this.task(project, name);
      return last && holds(last) ? last : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; its status is ${JSON.stringify(last?.status)}`);
    });
  }

  /** A task's object as a user would write it for kubectl. */
  manifest(project: string, name: string, spec: object): string {
    return JSON.stringify({
      apiVersion: API_VERSION,
      kind: 'AgenticSession',
      metadata: { namespace: project, name },
      spec: {
        mode: 'background',
        prompt: 'Upgrade the version.',
        interactive: false,
        autoPushOnComplete: true,
        userContext: { userId: PERSON },
        ...spec,
      },
    });
  }

  async close(): Promise<void> {
    await this.#machine.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
