import { BgtaskError, messageOf } from '../../../domain/errors.ts';
import type { ClusterView } from '../../../engine/cluster-view.ts';
import type { Engine } from '../../../engine/engine.ts';
import { OLDEST_MINOR, POLICIES_MINOR } from '../../../engine/kubernetes/install/served.ts';
import type { Finding } from '../finding.ts';

const OLDEST = [1, OLDEST_MINOR] as const;
const POLICIES = [1, POLICIES_MINOR] as const;

/** Major and minor of a version such as `v1.35.4-gke.100`. Undefined if the text is not a version. */
function minorOf(version: string): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

const isOlder = ([major, minor]: readonly [number, number], than: readonly [number, number]): boolean =>
  major < than[0] || (major === than[0] && minor < than[1]);

const failed = (subject: string, error: unknown): Finding => ({
  level: 'problem',
  subject,
  message: messageOf(error),
  fix: (error instanceof BgtaskError && error.hint) || 'See the words of the API server.',
});

/** Whether the API server answers, and which it is. */
export async function cluster(view: ClusterView): Promise<Finding> {
  const subject = 'cluster';
  try {
    const version = await view.version();
    const minor = minorOf(version);
    const message = `${view.place.name} at ${view.place.server}, Kubernetes ${version || '(it does not say which)'}`;
    if (!minor || !isOlder(minor, OLDEST)) return { level: 'ok', subject, message };
    return {
      level: 'problem',
      subject,
      message: `${message}, is too old: bgtask needs ${OLDEST.join('.')}.`,
      fix: `Upgrade the cluster to Kubernetes ${OLDEST.join('.')}, better ${POLICIES.join('.')}, which has admission policies.`,
    };
  } catch (error) {
    return failed(subject, error);
  }
}

/** Who the API server takes the caller for. */
export async function user(engine: Engine): Promise<Finding & { userId: string }> {
  const subject = 'user';
  try {
    const { userId, groups = [] } = await engine.whoAmI();
    const shown = groups.filter((group) => group !== 'system:authenticated');
    const message = `${userId}${shown.length > 0 ? ` (${shown.join(', ')})` : ''}`;
    return { level: 'ok', subject, message, userId };
  } catch (error) {
    return { ...failed(subject, error), userId: '' };
  }
}
