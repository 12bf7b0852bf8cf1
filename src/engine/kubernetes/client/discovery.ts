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
