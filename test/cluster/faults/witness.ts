import { gunzipSync } from 'node:zlib';
import { GROUP, sessionName, VERSION } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { listWatch } from '../../../src/engine/kubernetes/client/list-watch.ts';
import { resource, type Resource } from '../../../src/engine/kubernetes/client/resource.ts';
import { jobResources } from '../../../src/engine/kubernetes/jobs/direct-reads.ts';
import type { ConfigMapObject, JobObject, PodObject } from '../../../src/engine/kubernetes/jobs/objects.ts';
import { until } from '../harness/until.ts';

/** One object from its making to its end: every state of it, oldest first. */
export interface History<T> {
  states: T[];
  gone: boolean;
}

interface Seen {
  metadata: { name: string; uid?: string; ownerReferences?: { uid: string }[] };
}

/** The histories of one kind's objects, by uid. */
class Histories<T extends Seen> {
  readonly #all = new Map<string, History<T>>();

  async follow(
    source: Resource<T>,
    options: { namespace: string; labelSelector?: string; signal: AbortSignal },
  ): Promise<void> {
    for await (const event of listWatch(source, options)) {
      if (event.type === 'SYNCED') continue;
      const { uid = '' } = event.object.metadata;
      const history = this.#all.get(uid) ?? { states: [], gone: false };
      this.#all.set(uid, history);
      history.states.push(event.object);
      history.gone = event.type === 'DELETED';
    }
  }

  where(holds: (object: T) => boolean): History<T>[] {
    return [...this.#all.values()].filter(({ states: [first] }) => first && holds(first));
  }

  ownedBy(uid: string | undefined): History<T>[] {
    return this.where(
      ({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false,
    );
  }
}

/** Remembers all that the API server ever told of a project, by watches that no fault of a test touches. */
export class Witness {
  readonly project: string;
  readonly #tasks = new Histories<AgenticSession>();
  readonly #jobs = new Histories<JobObject>();
  readonly #pods = new Histories<PodObject>();
  readonly #logs = new Histories<ConfigMapObject>();
  readonly #life = new AbortController();
  readonly #following: Promise<unknown>;

  constructor(client: KubeClient, project: string) {
    this.project = project;
    const options = { namespace: project, signal: this.#life.signal };
    const kinds = jobResources(client);
    const sessions = { group: GROUP, version: VERSION, plural: 'agenticsessions', namespaced: true };
    this.#following = Promise.all([
      this.#tasks.follow(resource<AgenticSession>(client, sessions), options),
      this.#jobs.follow(kinds.jobs, options),
      this.#pods.follow(kinds.pods, options),
      this.#logs.follow(kinds.configMaps, { ...options, labelSelector: 'app.kubernetes.io/component=log' }),
    ]);
  }

  /** Every task that ever had this name. */
  tasks(name: string): History<AgenticSession>[] {
    const object = sessionName(this.project, name);
    return this.#tasks.where(({ metadata }) => metadata.name === object);
  }

  /** The newest state of the task that has this name now. */
  task(name: string): AgenticSession | undefined {
    return this.tasks(name)
      .find(({ gone }) => !gone)
      ?.states.at(-1);
  }

  jobs(task: AgenticSession | undefined): History<JobObject>[] {
    return this.#jobs.ownedBy(task?.metadata.uid);
  }

  pods(task: AgenticSession | undefined): History<PodObject>[] {
    return this.jobs(task).flatMap(({ states: [job] }) => this.#pods.ownedBy(job?.metadata.uid));
  }

  /**
   * The archived log of a task: one text for each object that was ever made of it, but for those of what there was before the log was whole that have
   * gone since.
   */
  archives(task: AgenticSession | undefined): string[] {
    return this.#logs
      .ownedBy(task?.metadata.uid)
      .filter(({ states: [first], gone }) => !gone || !first?.metadata.name.includes('-log-so-far-'))
      .map(({ states: [first] }) =>
        gunzipSync(Buffer.from(first?.binaryData?.['log.gz'] ?? '', 'base64')).toString(),
      );
  }

  /** A task once this holds of it; says its status when it never does. */
  async becomes(
    name: string,
    what: string,
    holds: (task: AgenticSession) => boolean,
    seconds = 60,
  ): Promise<AgenticSession> {
    try {
      return await until(`task ${name}: ${what}`, seconds, () => {
        const task = this.task(name);
        return task && holds(task) ? task : undefined;
      });
    } catch (error) {
      const status = JSON.stringify(this.task(name)?.status);
      throw new Error(`${String(error)}; its status is ${status}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#life.abort();
    await this.#following;
  }
}
