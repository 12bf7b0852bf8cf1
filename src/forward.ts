import { forward } from './runner/egress/forwarder.ts';

// A program of its own, so that a room starts without loading the command line.
process.exit(await forward(process.argv.slice(2)));
