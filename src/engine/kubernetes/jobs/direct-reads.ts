import { jobName } from '../../../api/names.ts';
import type { KubeClient } from '../client/kube-client.ts';
import type { KubeObject } from '../client/objects.ts';
import { resource, type Resource } from '../client/resource.ts';
import { belongsTo, JOB_NAME_LABEL, jobOf, type SessionKey, isRetired } from './job-names.ts';
import type { ConfigMapObject, EventObject, JobObject, PodObject } from './objects.ts';
import type { Tracked } from './job-cache.ts';

/** The kinds that Jobs are made of. */
export interface JobResources {
  jobs: Resource<JobObject>;
  pods: Resource<PodObject>;
  configMaps: Resource<ConfigMapObject>;
  events: Resource<EventObject>;
  quotas: Resource<KubeObject>;
}

const core = (plural: string) => ({ group: '', version: 'v1', plural, namespaced: true });

/** The verbs of those kinds at one cluster. */
export const jobResources = (client: KubeClient): JobResources => ({
  jobs: resource(client, { group: 'batch', version: 'v1', plural: 'jobs', namespaced: true }),
  pods: resource(client, core('pods')),
  configMaps: resource(client, core('configmaps')),
  events: resource(client, core('events')),
  quotas: resource(client, core('resourcequotas')),
});

/** Which pods a session's Job has. */
export const podsOf = ({ namespace, name }: SessionKey) => ({
  namespace,
  labelSelector: `${JOB_NAME_LABEL}=${jobName(name)}`,
});

/** A session's Job and its pods, read now: two requests. */
export async function readJob({ jobs, pods }: JobResources, key: SessionKey): Promise<Tracked | undefined> {
  const job = await jobs.get({ namespace: key.namespace, name: jobName(key.name) });
  if (!job || isRetired(job) || !belongsTo(job, key)) return undefined;
  const { items } = await pods.list(podsOf(key));
  const own = items.filter((pod) => jobOf(pod)?.uid === job.metadata.uid);
  const session = { namespace: key.namespace, name: key.name, uid: job.metadata.ownerReferences?.[0]?.uid };
  return { session, job, jobGone: false, pods: own.map((pod) => ({ pod, gone: false })) };
}
