import { createInterface } from 'node:readline';
import { SupervisorLease } from '../../../src/engine/local/lease.ts';

// A process that takes or gives up the lease of a folder as the lines on its input say, and prints what came of it.

const lease = new SupervisorLease(process.argv[2] ?? '');
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'acquire') console.log(String(await lease.acquire()));
  else console.log(String(await lease.release()));
}
