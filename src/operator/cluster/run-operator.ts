import { BgtaskError } from '../../domain/errors.ts';
import { connect } from '../../engine/kubernetes/client/connect.ts';
import { serveEndpoints } from './endpoints.ts';
import { Metrics } from './metrics.ts';
import { numberIn } from './number-in.ts';
import { Operator, type OperatorOptions } from './operator.ts';
import type { Webhook } from './webhook/webhook.ts';

/** Requests at once. The API server's own priority and fairness takes it from there. */
const CONCURRENCY = 64;

/** Loaded where it is wanted: it interprets CEL. */
async function startWebhook(...given: Parameters<typeof Webhook.start>): Promise<Webhook> {
  const { Webhook } = await import('./webhook/webhook.ts');
  return Webhook.start(...given);
}

/** What the program is run with. */
export interface RunOptions extends OperatorOptions {
  signal: AbortSignal;
  kubeconfig?: string;
  context?: string;
  version: string;
}

/** The operator: waits for the lease, then reconciles every task of the cluster until the signal aborts. The process's exit code. */
export async function runOperator(options: RunOptions): Promise<number> {
  const { env, signal, log } = options;
  const metrics = new Metrics(options.version);
  const client = await connect({
    env,
    kubeconfig: options.kubeconfig,
    context: options.context,
    version: options.version,
    concurrency: CONCURRENCY,
    onWarning: (sentence) => log('API server warns', { sentence }),
    onRequest: (method, code) => metrics.request(method, code),
  });
  if (!client)
    throw new BgtaskError('Unavailable', 'The operator finds no cluster.', {
      hint: 'It runs in a pod, or with a kubeconfig.',
    });
  const operator = new Operator(options, client, metrics);
  // On clusters without admission policies the operator evaluates their rules.
  const webhook =
    env['BGTASK_ADMISSION'] === 'webhook'
      ? await startWebhook(client, { ...operator.place, env, log })
      : undefined;
  const endpoints = await serveEndpoints(
    {
      health: numberIn(env, 'BGTASK_HEALTH_PORT') ?? 8081,
      metrics: numberIn(env, 'BGTASK_METRICS_PORT') ?? 8080,
    },
    {
      healthy: () => operator.healthy,
      ready: () => operator.ready && (webhook?.ready ?? true),
      metrics: async () => ({ type: metrics.contentType, text: await metrics.text() }),
    },
  );
  log('listening', { ...endpoints.ports, ...(webhook && { webhook: webhook.port }) });
  const life = new AbortController();
  const serving = webhook?.run(AbortSignal.any([signal, life.signal]));
  try {
    return (await operator.run(signal)) === 'lost' ? 1 : 0;
  } finally {
    life.abort();
    await serving;
    endpoints.close();
    client.close();
  }
}
