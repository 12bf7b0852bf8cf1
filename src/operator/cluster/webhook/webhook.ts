import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../domain/errors.ts';
import type { KubeClient } from '../../../engine/kubernetes/client/kube-client.ts';
import { resource, type Resource } from '../../../engine/kubernetes/client/resource.ts';
import { resourceType } from '../../../engine/kubernetes/install/kinds.ts';
import { type KubernetesObject, NAMES } from '../../../engine/kubernetes/install/object.ts';
import {
  WEBHOOK_PORT,
  WEBHOOK_RULES,
  webhookHost,
  webhookPath,
} from '../../../engine/kubernetes/install/webhook.ts';
import { numberIn } from '../number-in.ts';
import { holds, isDue, withCertificate } from './bundle.ts';
import { type KeyPair, selfSigned } from './certificate.ts';
import { judgeOf } from './judge.ts';
import { serveWebhook, type WebhookServer } from './serve.ts';

/** Milliseconds between two looks at the configuration: the certificate may have been taken out, and it grows old. */
const LOOK = 10_000;
/** The same after a look that failed: of two processes that add theirs at once one gets a conflict. */
const AGAIN = 1000;

export interface WebhookOptions {
  env: NodeJS.ProcessEnv;
  namespace: string;
  /** Whose certificate it is: the pod's name. */
  identity: string;
  log: (message: string, fields: Record<string, unknown>) => void;
  now?: () => number;
}

/** The configuration, as far as the operator looks at it. */
interface Configuration extends KubernetesObject {
  webhooks?: { clientConfig: { caBundle?: string } }[];
}

/** True when the API server trusts the certificate in each webhook of the configuration. */
const isTrusted = (configuration: Configuration | undefined, cert: string): boolean => {
  const { webhooks = [] } = configuration ?? {};
  return (
    webhooks.length > 0 && webhooks.every(({ clientConfig }) => holds(clientConfig.caBundle ?? '', cert))
  );
};

/**
 * The webhook of one process of the operator. Its key never leaves the process: each process has a certificate of its own and adds it to those that the
 * API server trusts.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #configurations: Resource<Configuration>;
  readonly #server: WebhookServer;
  #served: KeyPair;
  /** A newer one, served once the API server has had a look's time to learn of it. */
  #next: KeyPair | undefined;
  #trusted = false;

  private constructor(options: WebhookOptions, client: KubeClient, server: WebhookServer, served: KeyPair) {
    this.#options = options;
    this.#configurations = resource(client, resourceType('ValidatingWebhookConfiguration'));
    this.#server = server;
    this.#served = served;
  }

  /** Listens; the API server can ask once `ready` is true. */
  static async start(client: KubeClient, options: WebhookOptions): Promise<Webhook> {
    const { env, namespace, identity, now = Date.now } = options;
    const judges = Object.fromEntries(
      Object.entries(WEBHOOK_RULES).map(([name, rules]) => [webhookPath(name), judgeOf(rules(namespace))]),
    );
    const pair = selfSigned(webhookHost(namespace), identity, now());
    // BGTASK_WEBHOOK_PORT is what the kubelet makes of the Service's name.
    const port = numberIn(env, 'BGTASK_ADMISSION_PORT') ?? WEBHOOK_PORT;
    return new Webhook(options, client, await serveWebhook(port, pair, judges), pair);
  }

  get port(): number {
    return this.#server.port;
  }

  /** True when the API server trusted the certificate at the last look that reached it. */
  get ready(): boolean {
    return this.#trusted;
  }

  /** Keeps the certificate fresh and known until the signal aborts. Errors are logged, and the next look tries again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause = await this.look(signal).then(
        () => LOOK,
        (error: unknown) => {
          if (!signal.aborted) this.#options.log('webhook not in order', { error: messageOf(error) });
          return AGAIN;
        },
      );
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    this.close();
  }

  close(): void {
    this.#server.close();
  }

  /** One look: makes a new certificate when it is time, adds it where it is missing, and serves it once it was found there. */
  async look(signal?: AbortSignal): Promise<void> {
    const { namespace, identity, log, now = Date.now } = this.#options;
    if (!this.#next && isDue(this.#served.cert, now()))
      this.#next = selfSigned(webhookHost(namespace), identity, now());
    const configuration = await this.#configurations.get({ name: NAMES.webhook }, { signal });
    this.#trusted = isTrusted(configuration, this.#served.cert);
    if (!configuration?.webhooks?.length)
      throw new Error(`the ValidatingWebhookConfiguration ${NAMES.webhook} is missing or empty`);
    const wanted = this.#next ?? this.#served;
    if (!isTrusted(configuration, wanted.cert)) {
      const changed = await this.#add(configuration, wanted.cert, signal);
      this.#trusted = isTrusted(changed, this.#served.cert);
      log('webhook certificate added', { pod: identity });
    } else if (this.#next) {
      this.#server.use(this.#next);
      this.#served = this.#next;
      this.#next = undefined;
    }
  }

  /** With the version that was read, so that what another process adds at once is not lost. */
  async #add(
    { metadata: { resourceVersion }, webhooks = [] }: Configuration,
    cert: string,
    signal?: AbortSignal,
  ): Promise<Configuration> {
    const now = (this.#options.now ?? Date.now)();
    const changed = webhooks.map((webhook) => {
      const { clientConfig } = webhook;
      const caBundle = withCertificate(clientConfig.caBundle ?? '', cert, now);
      return { ...webhook, clientConfig: { ...clientConfig, caBundle } };
    });
    return this.#configurations.patch(
      { name: NAMES.webhook },
      { metadata: { resourceVersion }, webhooks: changed },
      { fieldManager: NAMES.operator, signal },
    );
  }
}
