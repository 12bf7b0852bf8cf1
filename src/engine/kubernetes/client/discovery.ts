import { hasCode } from '../../../domain/errors.ts';
import type { KubeClient } from './kube-client.ts';

/** Whether the API server serves a group in any version. Throws what the client throws for every answer but yes and no. */
export async function servesGroup(client: KubeClient, group: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await client.json({ path: `/apis/${group}`, signal });
    return true;
  } catch (error) {
    if (hasCode(error, 'NotFound')) return false;
    throw error;
  }
}

/**
 * Whether an init container may run beside the containers after it, on every node (SidecarContainers, on by default from 1.29). Nodes may be three minor versions
 * older than the API server (Kubernetes' version skew policy), and one that does not know it waits for such a container without end: true from 1.32 on.
 */
export async function hasSidecars(client: KubeClient, signal?: AbortSignal): Promise<boolean> {
  const { major, minor } = (await client.json({ path: '/version', signal })) as {
    major?: string;
    minor?: string;
  };
  return sidecarsSince(Number.parseInt(major ?? '', 10), Number.parseInt(minor ?? '', 10));
}

/** False for numbers that are NaN. */
const sidecarsSince = (major: number, minor: number): boolean => major > 1 || (major === 1 && minor >= 32);
