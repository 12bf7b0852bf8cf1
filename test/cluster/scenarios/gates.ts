import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../harness/until.ts';

/** Where commands in pods say that they have come so far, and wait until the test lets them go on. */
export interface Gates {
  /** A shell command that comes to a gate, and goes on with exit code 0 when it is opened. Needs Node in the image. */
  pass(name: string): string;
  /** A client that asks for a name below it comes to that gate. */
  passUrl: string;
  /** A client that asks for a name below it is counted, and waits for nothing. */
  knockUrl: string;
  /** Resolves when a client has come to the gate; rejects after a minute. */
  reached(name: string): Promise<unknown>;
  /** Lets all clients through that are there or come later. */
  open(name: string): void;
  /** How often each name was asked for. */
  counts(): Record<string, number>;
  close(): Promise<void>;
}

interface Gate {
  visits: number;
  isOpen: boolean;
  waiting: ServerResponse[];
}

const call = (url: string): string =>
  `node -e 'require("http").get(process.argv[1], (answer) => answer.resume()).on("error", () => process.exit(1))' ${url}`;

/** Listens on an address that pods reach. */
export async function startGates(host: string): Promise<Gates> {
  const gates = new Map<string, Gate>();
  const gateOf = (name: string): Gate => {
    const gate = gates.get(name) ?? { visits: 0, isOpen: false, waiting: [] };
    gates.set(name, gate);
    return gate;
  };
  const server = createServer((request, response) => {
    const [, kind, name = ''] = (request.url ?? '').split('/');
    const gate = gateOf(name);
    gate.visits += 1;
    if (kind === 'knock' || gate.isOpen) response.end();
    else gate.waiting.push(response);
  }).listen(0, host);
  await once(server, 'listening');
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    pass: (name) => call(`${url}/pass/${name}`),
    passUrl: `${url}/pass`,
    knockUrl: `${url}/knock`,
    reached: (name) => until(`a client at gate ${name}`, 60, () => gateOf(name).visits > 0),
    open(name) {
      const gate = gateOf(name);
      gate.isOpen = true;
      for (const response of gate.waiting.splice(0)) response.end();
    },
    counts: () => Object.fromEntries([...gates].map(([name, { visits }]) => [name, visits])),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
