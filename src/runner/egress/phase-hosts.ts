import type { RegistryHosts } from '../../checks/registry-hosts.ts';
import type { Settings } from '../../domain/settings.ts';
import type { Phase } from './egress.ts';
import type { PolicyOptions } from './policy.ts';

export interface PhaseOptions {
  network: Settings['network'];
  /** What installing needs: `registryHosts` of the base, read before anything untrusted ran. */
  registries: RegistryHosts;
  /** What the person's own configuration names: `personHosts`. */
  person: readonly string[];
  /** The models' hosts, for an agent that speaks to them itself. */
  models?: readonly string[];
}

/** What each phase may reach. An entry of `network.allow` that names one host counts as the person's own: it may be in the person's network. */
export function phaseHosts(
  phase: Phase,
  { network, registries, person, models = [] }: PhaseOptions,
): Pick<PolicyOptions, 'mode' | 'hosts' | 'personHosts'> {
  if (phase === 'checks' && network.checks !== 'list') return { mode: 'list', hosts: [], personHosts: [] };
  const named = network.allow.filter((entry) => !entry.includes('*'));
  return {
    mode: network.mode,
    hosts: [...registries.named, ...network.allow],
    // The administrator may resolve the name of a known registry to a mirror in a private network. A repository cannot do that.
    personHosts: [...person, ...named, ...registries.known, ...(phase === 'agent' ? models : [])],
  };
}
