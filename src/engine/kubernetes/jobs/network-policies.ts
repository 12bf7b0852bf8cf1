import { BgtaskError, hasCode, messageOf } from '../../../domain/errors.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { resource, type Resource } from '../client/resource.ts';
import type { JobConfig } from './job-config.ts';
import { JOB_NETWORK, jobNetwork, type NetworkPolicyObject } from './job-network.ts';

/** Milliseconds after which a policy is applied again before a Job starts: a user may have changed or deleted it. */
const APPLIED_FOR = 60_000;

/** The NetworkPolicy of Jobs' pods in each project that has Jobs. */
export class NetworkPolicies {
  readonly #policies: Resource<NetworkPolicyObject>;
  readonly #applied = new Map<string, { text: string; at: number; done: Promise<void> }>();

  constructor(client: KubeClient) {
    this.#policies = resource(client, {
      group: 'networking.k8s.io',
      version: 'v1',
      plural: 'networkpolicies',
      namespaced: true,
    });
  }

  /** Puts the policy of a project in force. Asks once a minute, and where the settings changed. Throws Forbidden where the operator may not. */
  ensure(namespace: string, config: JobConfig['networkPolicy'], now = performance.now()): Promise<void> {
    if (config.mode === 'off') return Promise.resolve();
    const policy = jobNetwork(namespace, config);
    const text = JSON.stringify(policy);
    const known = this.#applied.get(namespace);
    if (known?.text === text && now - known.at < APPLIED_FOR) return known.done;
    const done = this.#apply(policy);
    this.#applied.set(namespace, { text, at: now, done });
    done.catch(() => this.#applied.delete(namespace));
    return done;
  }

  async #apply(policy: NetworkPolicyObject): Promise<void> {
    try {
      await this.#policies.apply(policy, { force: true, fieldValidation: 'Strict' });
    } catch (error) {
      if (!hasCode(error, 'Forbidden')) throw error;
      throw new BgtaskError(
        'Forbidden',
        `The NetworkPolicy ${JOB_NETWORK} cannot be applied in ${policy.metadata.namespace}: ${messageOf(error)}`,
        {
          hint: 'Give the operator this right, or set runner.networkPolicy.mode: off and make a policy yourself.',
        },
      );
    }
  }
}
