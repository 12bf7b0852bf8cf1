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

  /** Creates it again: a user deleted it, or its project was recreated under the same name. */
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
      // An administrator who removes this right creates the accounts; a missing account shows in the Job's events.
      if (!hasCode(error, 'Forbidden')) throw error;
    }
  }
}
