import { createConnection } from 'node:net';
import { json } from 'node:stream/consumers';
import { receiveHandovers } from '../../../src/engine/local/handover.ts';
import { SupervisorLease } from '../../../src/engine/local/lease.ts';
import { localPaths } from '../../../src/engine/local/paths.ts';

// A supervisor that does nothing but say what it was given, on a socket that the given environment names; it ends when that socket does.

const env = (await json(process.stdin)) as Record<string, string>;
const paths = localPaths(env);
const acquired = await new SupervisorLease(paths.lease).acquire();
const report = createConnection(env['REPORT'] ?? '');
report.once('close', () => process.exit(0));
report.resume();
const say = (message: object): void => void report.write(`${JSON.stringify(message)}\n`);
if (acquired) await receiveHandovers(paths, (handed) => say({ handed }));
console.log('started');
say({ pid: process.pid, args: process.argv.slice(2), cwd: process.cwd(), env, acquired });
