import type { KubeClient } from '../client/kube-client.ts';
import type { JobConfig } from './job-config.ts';
import { NetworkPolicies } from './network-policies.ts';
import { ServiceAccounts } from './service-accounts.ts';

/** What a project needs before a Job starts there: the account of its pods, and the policy of their network. */
export class ProjectObjects {
  readonly #accounts: ServiceAccounts;
  readonly #networks: NetworkPolicies;

  constructor(client: KubeClient) {
    this.#accounts = new ServiceAccounts(client);
    this.#networks = new NetworkPolicies(client);
  }

  /** Throws Forbidden where the network policy cannot be applied: a pod never runs without it. */
  async ensure(namespace: string, { serviceAccount, networkPolicy }: JobConfig): Promise<void> {
    await this.#accounts.ensure(namespace, serviceAccount);
    await this.#networks.ensure(namespace, networkPolicy);
  }

  /** Makes the account again, which was found to be missing. */
  renewAccount(namespace: string, { serviceAccount }: JobConfig): Promise<void> {
    return this.#accounts.renew(namespace, serviceAccount);
  }
}
