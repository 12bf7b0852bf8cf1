import type { Settings } from '../../domain/settings.ts';
import type { Phase } from './egress.ts';
import type { PolicyOptions } from './policy.ts';

export interface PhaseOptions {
  network: Settings['network'];
  /** What installing needs: `registryHosts` of the base, read before anything untrusted ran. */
  registries: readonly string[];
  /** What the person's own configuration names: `personHosts`. */
  person: readonly string[];
  /** The model's host, for an agent that speaks to it itself. */
  model?: string;
}

/** What each phase may reach. An entry of `network.allow` that names one host counts as the person's own: it may be in the person's network. */
export function phaseHosts(
  phase: Phase,
  { network, registries, person, model }: PhaseOptions,
): Pick<PolicyOptions, 'mode' | 'hosts' | 'personHosts'> {
  if (phase === 'checks' && network.checks === 'none') return { mode: 'list', hosts: [], personHosts: [] };
  const named = network.allow.filter((entry) => !entry.includes('*'));
  return {
    mode: network.mode,
    hosts: [...registries, ...network.allow, ...(phase === 'agent' && model !== undefined ? [model] : [])],
    personHosts: [...person, ...named],
  };
}
