import { EventEmitter, once } from 'node:events';
import { localDoor } from '../../src/server/door/local-door.ts';
import { runServer } from '../../src/server/run-server.ts';
import { World, NOW } from '../cli/world-on-files.ts';
import { RestClient } from '../support/rest/rest-client.ts';

type Line = Record<string, unknown>;

/** A server on a world of files, in this process. */
export interface Served {
  world: World;
  client: RestClient;
  token: string;
  /** What it logged. */
  log: Line[];
  /** Resolves when a line as wanted was logged. */
  logged(wanted: (line: Line) => boolean): Promise<Line>;
  /** Has it end, and waits. */
  close(): Promise<void>;
  /** The same without taking the world away. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  perCaller?: number;
  metricsPort?: number;
}

/** Starts a server for the tasks of a new world. */
export async function serve({ perCaller, metricsPort }: ServeOptions): Promise<Served> {
  const world = new World();
  const door = localDoor(world.engine);
  const end = new AbortController();
  const log: Line[] = [];
  const wake = new EventEmitter();
  let ended: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((listening, failed) => {
    ended = runServer({
      door,
      address: '127.0.0.1',
      port: 0,
      version: '1.2.3',
      now: () => new Date(NOW),
      log: (message, fields) => {
        log.push({ message, ...fields });
        wake.emit('line');
      },
      listening,
      signal: end.signal,
      ...(perCaller !== undefined && { perCaller }),
      ...(metricsPort !== undefined && { metricsPort }),
    });
    ended.catch(failed);
  });
  const stop = async (): Promise<void> => {
    end.abort();
    await ended;
  };
  return {
    world,
    token: door.token,
    log,
    async logged(wanted) {
      for (;;) {
        const found = log.find(wanted);
        if (found) return found;
        await once(wake, 'line');
      }
    },
    client: await RestClient.of(url, door.token),
    stop,
    close: async () => {
      await stop();
      world.close();
    },
  };
}
