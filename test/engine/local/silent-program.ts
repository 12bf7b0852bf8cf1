import { receiveHandovers } from '../../../src/engine/local/handover.ts';
import { SupervisorLease } from '../../../src/engine/local/lease.ts';
import { localPaths } from '../../../src/engine/local/paths.ts';

// A supervisor that holds the lease and answers, until its input says that it shall answer no more.

const paths = localPaths();
await new SupervisorLease(paths.lease).acquire();
await receiveHandovers(paths, () => undefined);
console.log('ready');
process.stdin.once('data', () => {
  console.log('silent');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
