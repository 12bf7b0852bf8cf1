import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterObject } from '../../../engine/cluster-view.ts';
import { NAMES } from '../../../engine/kubernetes/install/object.ts';
import { install, kubectl } from './commands.ts';
import type { Finding } from '../finding.ts';
import type { Deployment, Look, Scene } from './scene.ts';

interface Lease extends ClusterObject {
  spec?: { holderIdentity?: string | null; leaseDurationSeconds?: number; renewTime?: string };
}

/** Milliseconds between two looks at a lease that seems stale. */
const LEASE_POLL = 500;

const leaseOf = ({ view, home }: Scene): Promise<Lease | undefined> =>
  view.get<Lease>('Lease', { namespace: home, name: NAMES.lease });

/**
 * True if the lease was renewed within its duration by this machine's clock. A lease that looks stale is watched for a short time: clocks differ, and
 * a live holder renews it.
 */
async function isRenewed(scene: Scene, lease: Lease): Promise<boolean> {
  const age = scene.now().getTime() - Date.parse(lease.spec?.renewTime ?? '');
  if (Math.abs(age) <= (lease.spec?.leaseDurationSeconds ?? 15) * 1000) return true;
  for (let waited = 0; waited < scene.leaseWaitMs; waited += LEASE_POLL) {
    await sleep(Math.min(LEASE_POLL, scene.leaseWaitMs));
    if ((await leaseOf(scene))?.metadata.resourceVersion !== lease.metadata.resourceVersion) return true;
  }
  return false;
}

/** Checks that an operator works: its lease is held and renewed. */
export const leaseLook: Look = {
  subject: 'operator',
  byHand: ({ home }) => `-n ${home} get lease ${NAMES.lease}`,
  look: async (scene) => {
    const { home } = scene;
    const lease = await leaseOf(scene);
    const holder = lease?.spec?.holderIdentity;
    if (lease && holder && (await isRenewed(scene, lease)))
      return { level: 'ok', message: `${holder} holds the lease ${home}/${NAMES.lease}` };
    const because = holder
      ? `has not been renewed by ${holder} since ${lease?.spec?.renewTime ?? 'an unknown time'}`
      : 'is not held by any operator';
    const deployment = await scene.deployment().catch(() => undefined);
    return {
      level: 'problem',
      message: `No operator works: the lease ${home}/${NAMES.lease} ${because}. Tasks stay Pending.`,
      ...(deployment
        ? {
            fix: 'See why it does not run',
            command: kubectl(scene, `-n ${home} describe pods -l app.kubernetes.io/component=operator`),
          }
        : {
            fix: 'See whether it is installed',
            command: kubectl(scene, `-n ${home} get deployment ${NAMES.operator}`),
          }),
    };
  },
};

/** Why no pod of the Deployment works. */
function unavailable(scene: Scene, { spec, status }: Deployment, name: string): Omit<Finding, 'subject'> {
  const { home } = scene;
  if (spec?.replicas === 0)
    return {
      level: 'problem',
      message: `The Deployment ${name} is scaled to 0.`,
      fix: 'Scale it up',
      command: kubectl(scene, `-n ${home} scale deployment ${NAMES.operator} --replicas=1`),
    };
  const why = status?.conditions?.find((each) => each.status === 'False')?.message ?? '';
  return {
    level: 'problem',
    message: `The Deployment ${name} has no pod that is available. ${why}`.trimEnd(),
    fix: 'See why',
    command: kubectl(scene, `-n ${home} describe pods -l app.kubernetes.io/component=operator`),
  };
}

/** Whether the operator's Deployment is there and has a pod that works, and its image. */
export const deploymentLook: Look = {
  subject: 'deployment',
  byHand: ({ home }) => `-n ${home} get deployment ${NAMES.operator}`,
  look: async (scene) => {
    const found = await scene.deployment();
    const name = `${scene.home}/${NAMES.operator}`;
    if (!found)
      return {
        level: 'problem',
        message: `The Deployment ${name} is missing.`,
        fix: 'Install it',
        command: await install(scene),
      };
    const available = found.status?.availableReplicas ?? 0;
    if (available === 0) return unavailable(scene, found, name);
    const image = found.spec?.template?.spec?.containers?.[0]?.image ?? 'unknown';
    return {
      level: 'ok',
      message: `${name}: ${available} of ${found.spec?.replicas ?? 1} available, image ${image}`,
    };
  },
};
