import { hasCode } from '../../../domain/errors.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { resource, type Resource } from '../client/resource.ts';
import type { ObjectMeta } from './objects.ts';

interface ServiceAccount {
  apiVersion: 'v1';
  kind: 'ServiceAccount';
  metadata: ObjectMeta;
  automountServiceAccountToken: boolean;
}

/** The account of Jobs' pods, without rights, in each project that has Jobs. */
export class ServiceAccounts {
  readonly #accounts: Resource<ServiceAccount>;
  readonly #there = new Map<string, Promise<void>>();

  constructor(client: KubeClient) {
    this.#accounts = resource(client, {
      group: '',
      version: 'v1',
      plural: 'serviceaccounts',
      namespaced: true,
    });
  }

  /** Makes the account where it is missing. Asks once a project; `renew` asks again. */
  ensure(namespace: string, name: string): Promise<void> {
    const key = `${namespace}/${name}`;
    const known = this.#there.get(key);
    if (known) return known;
    const made = this.#make(namespace, name);
    this.#there.set(key, made);
    made.catch(() => this.#there.delete(key));
    return made;
  }

  /** Makes it again: somebody took it away, or its project is a new one of the same name. */
  renew(namespace: string, name: string): Promise<void> {
    this.#there.delete(`${namespace}/${name}`);
    return this.ensure(namespace, name);
  }

  async #make(namespace: string, name: string): Promise<void> {
    const metadata = { namespace, name, labels: { 'app.kubernetes.io/name': 'bgtask' } };
    try {
      await this.#accounts.create({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata,
        automountServiceAccountToken: false,
      });
    } catch (error) {
      if (hasCode(error, 'AlreadyExists')) return;
      // Whoever takes this right away makes the accounts; a missing one shows in the Job's events.
      if (!hasCode(error, 'Forbidden')) throw error;
    }
  }
}
