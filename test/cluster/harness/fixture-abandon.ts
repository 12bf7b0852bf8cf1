import { startCluster } from './cluster.ts';

/** Starts a cluster, prints its id and where its logs are, and waits for its own death; `exit` ends it without close(). */
const cluster = await startCluster({ node: process.argv[2] === 'node' });
console.log(JSON.stringify({ id: cluster.id, logs: cluster.logs }));
if (process.argv[2] === 'exit') process.exit(0);
setInterval(() => undefined, 1 << 30);
