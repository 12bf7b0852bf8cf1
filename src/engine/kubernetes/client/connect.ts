import { BgtaskError } from '../../../domain/errors.ts';
import { credentialSource } from './auth/credential-source.ts';
import type { Access, ClusterChoice, Impersonation } from './config/access.ts';
import { findAccess } from './config/find-access.ts';
import { Slots } from './http/slots.ts';
import { Transport } from './http/transport.ts';
import { KubeClient } from './kube-client.ts';

export interface ConnectOptions extends ClusterChoice {
  /** Whom to act as (`--as`, `--as-group`); over what the kubeconfig says. */
  impersonate?: Impersonation;
  /** Ms for one request with all its repetitions; 30,000. 0: no limit. */
  requestTimeoutMs?: number;
  /** How many requests run at once, watches and logs not counted; 32. */
  concurrency?: number;
  /** For the User-Agent. */
  version?: string;
  /** Told each warning that the API server gives. */
  onWarning?: (sentence: string) => void;
  /** Told of each answer: the method and the HTTP status. */
  onRequest?: (method: string, status: number) => void;
}

const TIMEOUT_MS = 30_000;
const CONCURRENCY = 32;

/**
 * A client of the cluster that kubectl would take; sends nothing yet. Undefined when no cluster is configured; Usage or
 * Invalid when the configuration is wrong.
 */
export async function connect(options: ConnectOptions = {}): Promise<KubeClient | undefined> {
  const access = await findAccess(options);
  return access && clientOf(access, options);
}

/** A client of this very cluster. */
export function clientOf(access: Access, options: ConnectOptions = {}): KubeClient {
  const { cluster, user } = access;
  const impersonate = options.impersonate ?? user.impersonate;
  if (impersonate?.groups?.length && !impersonate.user)
    throw new BgtaskError('Usage', '--as-group needs --as', { hint: 'name the user to act as, too' });
  return new KubeClient({
    place: {
      name: cluster.name,
      server: cluster.server,
      context: access.context,
      file: user.file,
      namespace: access.namespace,
    },
    transport: new Transport(access, options.env ?? process.env),
    credentials: credentialSource(access),
    impersonate,
    userAgent: options.version ? `bgtask/${options.version}` : 'bgtask',
    timeoutMs: options.requestTimeoutMs ?? TIMEOUT_MS,
    slots: new Slots(options.concurrency ?? CONCURRENCY),
    onWarning: options.onWarning ?? (() => undefined),
    onRequest: options.onRequest ?? (() => undefined),
  });
}
