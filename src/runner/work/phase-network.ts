import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type RegistryHosts, registryHosts } from '../../checks/registry-hosts.ts';
import { readRepo } from '../../checks/repo-files.ts';
import type { Agent } from '../agents/agent.ts';
import { type Egress, openEgress } from '../egress/egress.ts';
import { personHosts } from '../egress/person-hosts.ts';
import { phaseHosts } from '../egress/phase-hosts.ts';
import { proxyVariables, type RoomPort, SOCKETS } from '../egress/room-network.ts';
import { modelHosts } from '../gateway/model-hosts.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';

/** The way out of the rooms of a phase. */
export interface WayOut {
  /** The folder with the sockets, and each socket by its path in the room. */
  sockets: { folder: string; ports: readonly RoomPort[] };
  /** Variables that lead programs to it. */
  variables: Record<string, string>;
  /** Where the model gateway listens, and the port that leads to it. */
  model: { socket: string; port: number };
}

/** Ports of the room's own loopback, where nothing else listens before the room's program does. */
const PORTS = { egress: 3128, model: 3129 } as const;
const FILES = { egress: 'egress.sock', model: 'model.sock' } as const;

/** What runs in a room. */
export type Use = 'install' | 'agent' | 'checks';

/** Opens the ways out of rooms: what each phase may reach follows from the base, read before anything of it ran. */
export class PhaseNetwork {
  readonly #context: StageContext;
  readonly #agent: Agent | undefined;
  readonly #registries: RegistryHosts;
  readonly #person: readonly string[];
  readonly #open: Egress[] = [];

  private constructor(
    context: StageContext,
    agent: Agent | undefined,
    hosts: { registries: RegistryHosts; person: readonly string[] },
  ) {
    this.#context = context;
    this.#agent = agent;
    this.#registries = hosts.registries;
    this.#person = hosts.person;
  }

  /** Call it before anything untrusted ran: it reads the checkout and the home. */
  static async read(context: StageContext, agent: Agent | undefined): Promise<PhaseNetwork> {
    const place = inWorkspace(context.paths.workspace);
    const registries = registryHosts(readRepo(place.checkout));
    const person = await personHosts(place.home, context.env);
    return new PhaseNetwork(context, agent, { registries, person });
  }

  /** A way out; undefined for what reaches nothing. `folder` is a new one, and its path is short. */
  async wayOut(use: Use, folder: string): Promise<WayOut | undefined> {
    const { input, env, log, signal, secrets } = this.#context;
    const network = input.network ?? { mode: 'list', allow: [], checks: 'needed' };
    if (use === 'checks' && network.checks !== 'list') return undefined;
    await mkdir(folder, { mode: 0o700 });
    const models =
      this.#agent && use === 'agent' ? modelHosts(this.#agent, env, secrets.modelKeys ?? {}) : [];
    const hosts = { network, registries: this.#registries, person: this.#person, models };
    this.#open.push(
      await openEgress({
        ...phaseHosts(use, hosts),
        socket: join(folder, FILES.egress),
        phase: use,
        env,
        log: (line) => log.line(line),
        signal,
      }),
    );
    const port = (name: keyof typeof FILES): RoomPort => ({
      socket: `${SOCKETS}/${FILES[name]}`,
      port: PORTS[name],
    });
    return {
      sockets: { folder, ports: use === 'agent' ? [port('egress'), port('model')] : [port('egress')] },
      variables: proxyVariables(PORTS.egress),
      model: { socket: join(folder, FILES.model), port: PORTS.model },
    };
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    for (const egress of this.#open) await egress.close();
  }
}
