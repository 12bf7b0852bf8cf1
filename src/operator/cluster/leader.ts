import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, messageOf } from '../../domain/errors.ts';
import type { Tenure } from '../../engine/kubernetes/client/kube-client.ts';
import type { KubeObject } from '../../engine/kubernetes/client/objects.ts';
import type { Resource } from '../../engine/kubernetes/client/resource.ts';

/** coordination.k8s.io/v1 Lease, as far as an election goes. */
export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string | null;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export interface LeaderOptions {
  leases: Resource<Lease>;
  namespace: string;
  name: string;
  /** This process: the pod's name. */
  identity: string;
  /** Seconds after which a lease that is not renewed is anybody's; client-go's default. */
  durationSeconds?: number;
  /** Milliseconds between two renewals or attempts; client-go's default is 2 s, ours leaves the API server more rest. */
  retryMs?: number;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** How an election ended for this process. */
export type LeadEnd = 'stopped' | 'lost';

/**
 * Waits for the lease, does `work` while it is held, and gives it up when the signal aborts. `lost` when it could not be renewed in time: the work's
 * signal has aborted then, its tenure is over, and the process should end, because another one may lead already.
 */
export async function lead(
  options: LeaderOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal, tenure: Tenure) => Promise<void>,
): Promise<LeadEnd> {
  const election = new Election(options);
  while (!signal.aborted && (await election.tryHold()) !== 'held') await pause(election.retryMs, signal);
  if (!election.holds) return 'stopped';
  options.log('leading', { identity: options.identity });
  const working = new AbortController();
  const losing = new AbortController();
  const stop = (): void => working.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const keeping = election.keep(working.signal).then((kept) => {
    if (!kept) losing.abort();
    stop();
    return kept;
  });
  try {
    await work(working.signal, { holds: () => election.isCurrent, lost: losing.signal });
  } catch (error) {
    // Its requests were refused or broken off.
    if (!losing.signal.aborted) throw error;
  } finally {
    stop();
    signal.removeEventListener('abort', stop);
    if (await keeping) await election.release();
  }
  return (await keeping) ? 'stopped' : 'lost';
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** The result of an attempt: this process holds the lease, another process holds it, or the result is unknown. */
type Attempt = 'held' | 'taken' | 'unknown';

class Election {
  readonly #options: LeaderOptions;
  readonly #durationMs: number;
  readonly retryMs: number;
  /** The lease as seen last, and when this process saw it change: others' clocks are not trusted. */
  #seen: { version: string | undefined; at: number } = { version: undefined, at: 0 };
  /** The lease as this process wrote it last: the next renewal needs no read of it unless another process has written it since. */
  #written: Lease | undefined;
  /** When the request of the last renewal that succeeded was sent; undefined while the lease is not ours. */
  #renewed: number | undefined;

  constructor(options: LeaderOptions) {
    this.#options = options;
    this.#durationMs = (options.durationSeconds ?? 15) * 1000;
    this.retryMs = options.retryMs ?? 3000;
  }

  get holds(): boolean {
    return this.#renewed !== undefined;
  }

  /** True while the lease cannot be another's. */
  get isCurrent(): boolean {
    return this.holds && this.#left > 0;
  }

  /** Milliseconds until the lease must count as lost: two thirds of its duration after the last renewal, as client-go's deadline. */
  get #left(): number {
    return this.#renewed === undefined
      ? this.#durationMs
      : this.#renewed + (this.#durationMs * 2) / 3 - performance.now();
  }

  /** One attempt to take or renew the lease, over before the lease would be lost. */
  async tryHold(): Promise<Attempt> {
    const began = performance.now();
    const signal = AbortSignal.timeout(Math.ceil(Math.max(1, Math.min(this.#left, this.#durationMs / 2))));
    try {
      const held =
        (this.#written && (await this.#renew(this.#written, signal))) || (await this.#take(signal));
      if (held) this.#renewed = began;
      return held ? 'held' : 'taken';
    } catch (error) {
      if (!hasCode(error, 'Conflict', 'AlreadyExists'))
        this.#options.log('the lease cannot be had', { error: messageOf(error) });
      return 'unknown';
    }
  }

  /** Looks at the lease, and writes it when it is free or ours; false when it is another's. */
  async #take(signal: AbortSignal): Promise<boolean> {
    const { leases, namespace, name, identity } = this.#options;
    const lease = await leases.get({ namespace, name }, { signal });
    if (lease && lease.metadata.resourceVersion !== this.#seen.version)
      this.#seen = { version: lease.metadata.resourceVersion, at: performance.now() };
    const holder = lease?.spec?.holderIdentity;
    const free =
      !holder || performance.now() - this.#seen.at > (lease?.spec?.leaseDurationSeconds ?? 15) * 1000;
    if (holder !== identity && !free) return false;
    await (lease ? this.#write(lease, identity, signal) : this.#create(signal));
    return true;
  }

  /** Returns false if another process has written the lease since. */
  async #renew(lease: Lease, signal: AbortSignal): Promise<boolean> {
    this.#written = undefined;
    try {
      await this.#write(lease, this.#options.identity, signal);
      return true;
    } catch (error) {
      if (hasCode(error, 'Conflict', 'NotFound')) return false;
      throw error;
    }
  }

  /** Renews until the signal aborts; false once another holds the lease, or it was not renewed in two thirds of its duration. */
  async keep(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      await pause(Math.max(0, Math.min(this.retryMs, this.#left)), signal);
      if (signal.aborted) return true;
      if (this.#left <= 0) return false;
      const attempt = await this.tryHold();
      if (attempt === 'taken' || this.#left <= 0) return false;
    }
  }

  /** Lets the next one take over without waiting. */
  async release(): Promise<void> {
    const { leases, namespace, name, identity, log } = this.#options;
    const signal = AbortSignal.timeout(Math.ceil(this.#durationMs / 2));
    try {
      const lease = await leases.get({ namespace, name }, { signal });
      if (lease?.spec?.holderIdentity === identity) await this.#write(lease, '', signal);
    } catch (error) {
      log('the lease could not be given up', { error: messageOf(error) });
    }
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { leases, namespace, name, identity } = this.#options;
    this.#wrote(
      await leases.create(
        {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { namespace, name },
          spec: { ...this.#spec(identity), acquireTime: micro(new Date()), leaseTransitions: 0 },
        },
        { signal },
      ),
    );
  }

  async #write(lease: Lease, holder: string, signal: AbortSignal): Promise<void> {
    const { leases, namespace, name } = this.#options;
    const taken = holder !== '' && lease.spec?.holderIdentity !== holder;
    const spec = {
      ...this.#spec(holder),
      ...(taken && {
        acquireTime: micro(new Date()),
        leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + 1,
      }),
    };
    this.#wrote(
      await leases.patch(
        { namespace, name },
        { metadata: { resourceVersion: lease.metadata.resourceVersion }, spec },
        { signal },
      ),
    );
  }

  #wrote(lease: Lease): void {
    this.#seen = { version: lease.metadata.resourceVersion, at: performance.now() };
    this.#written = lease;
  }

  #spec(holder: string): NonNullable<Lease['spec']> {
    return {
      holderIdentity: holder,
      leaseDurationSeconds: this.#durationMs / 1000,
      renewTime: micro(new Date()),
    };
  }
}

/** metav1.MicroTime. */
const micro = (time: Date): string => time.toISOString().replace('Z', '000Z');
