import { isDeepStrictEqual } from 'node:util';
import type { ClusterObject } from '../../../engine/cluster-view.ts';
import { NAMES } from '../../../engine/kubernetes/install/object.ts';
import { WEBHOOK_RULES, webhookName } from '../../../engine/kubernetes/install/webhook.ts';
import type { Scene } from './scene.ts';

interface Webhook {
  name: string;
  clientConfig?: { caBundle?: string; service?: { namespace: string; name: string } };
  failurePolicy?: string;
  rules?: { operations?: string[]; resources?: string[] }[];
}
interface Configuration extends ClusterObject {
  webhooks?: Webhook[];
}

/** The configuration of the operator's webhook. */
const webhookObject = (scene: Scene): Promise<Configuration | undefined> =>
  scene.view.get<Configuration>('ValidatingWebhookConfiguration', { name: NAMES.webhook });

const asked = (rules: readonly { operations?: readonly string[]; resources?: readonly string[] }[] = []) =>
  rules.map(({ operations, resources }) => ({ operations, resources }));

/** Why the webhook does not refuse what these rules forbid; undefined when it does. */
export async function webhookWeakness(
  scene: Scene,
  which: keyof typeof WEBHOOK_RULES,
): Promise<string | undefined> {
  const configuration = await webhookObject(scene);
  if (!configuration)
    return `The cluster serves no admission policies, and the webhook ${NAMES.webhook} is missing`;
  const webhook = configuration.webhooks?.find(({ name }) => name === webhookName(which));
  const { service } = webhook?.clientConfig ?? {};
  const ours = WEBHOOK_RULES[which](scene.home).resourceRules;
  if (
    webhook?.failurePolicy !== 'Fail' ||
    service?.namespace !== scene.home ||
    !isDeepStrictEqual(asked(webhook.rules), asked(ours))
  )
    return `The webhook ${NAMES.webhook} is not as this release makes it`;
  return undefined;
}

/** Why no user can create a task because of the webhook; undefined when it does not stand in the way. */
export async function blockage(scene: Scene, hasPolicies: boolean): Promise<string | undefined> {
  const configuration = await webhookObject(scene);
  if (!configuration) return undefined;
  if (hasPolicies)
    return `No user can create a task: the webhook ${NAMES.webhook} of an installation for an older Kubernetes is still there, and no operator answers it.`;
  return configuration.webhooks?.every(({ clientConfig }) => clientConfig?.caBundle)
    ? undefined
    : `No user can create a task: no operator has added its certificate to the webhook ${NAMES.webhook}.`;
}
