/**
 * A program for tests that need writers in processes of their own: `writer <state folder> <command> [argument]`. It prints
 * a line for each write that the store has acknowledged.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import type { TaskStore } from '../../../../../src/engine/engine.ts';
import { FileStore } from '../../../../../src/engine/local/store/file-store.ts';
import { increment, session } from '../../../../contract/task-store-objects.ts';

const NAMESPACE = 'my-project';
const KIND = 'AgenticSession';
const keyOf = (name: string) => ({ namespace: NAMESPACE, name });
const say = (line: string | number): void => void fs.writeSync(1, `${line}\n`);

const COMMANDS: Record<string, (store: TaskStore, argument: string) => Promise<void>> = {
  /** Creates each object named on stdin, or loses the race for it. */
  async create(store) {
    say('ready');
    for await (const name of createInterface({ input: process.stdin })) {
      const won = await store
        .create(KIND, session(keyOf(name), { spec: { prompt: String(process.pid) } }))
        .then(
          () => true,
          () => false,
        );
      say(`${name} ${won ? 'won' : 'lost'}`);
    }
  },
  /** Adds one to the turns of object `a` that many times. */
  async increment(store, times) {
    for (let i = 0; i < Number(times); i++) await increment(store, keyOf('a'));
  },
  /** Adds one to the turns of object `a` without end. */
  async loop(store) {
    for (;;) say(await increment(store, keyOf('a')));
  },
  /** A whole life of object `a`; kills itself before that change of the file system. */
  async life(store, killBefore) {
    killAt(Number(killBefore));
    await store.create(KIND, session(keyOf('a')));
    say('created');
    await store.patchStatus(KIND, keyOf('a'), { phase: 'Running' });
    say('changed');
    await store.delete(KIND, keyOf('a'));
    say('deleted');
    await store.create(KIND, session(keyOf('a'), { spec: { prompt: 'Again' } }));
    say('created again');
  },
  /** Creates an object whose text has that many bytes; prints how that ended. */
  async large(store, bytes) {
    const spec = { prompt: 'x'.repeat(Number(bytes)) };
    await store.create(KIND, session(keyOf('large'), { spec })).then(
      () => say('created'),
      (error: unknown) => say(JSON.stringify(error)),
    );
  },
};

/** Kills this process with SIGKILL before its n-th change of the file system, counted from now. */
function killAt(n: number): void {
  let calls = 0;
  const counted = <T extends object>(target: T, names: (keyof T)[]): T => {
    for (const name of names) {
      const original = target[name] as (...args: unknown[]) => unknown;
      target[name] = ((...args: unknown[]) => {
        if (++calls === n) process.kill(process.pid, 'SIGKILL');
        return original.apply(target, args);
      }) as T[keyof T];
    }
    return target;
  };
  counted(fs.promises, ['mkdir', 'link', 'unlink', 'rmdir', 'open']);
  counted(fs, ['unlinkSync', 'rmdirSync', 'renameSync']);
  const { open } = fs.promises;
  fs.promises.open = async (...args) => counted(await open(...args), ['writeFile', 'sync', 'close']);
  syncBuiltinESMExports();
}

const [, , root = '', command = '', argument = ''] = process.argv;
const store = new FileStore({ root, validate: async (_kind, object) => object });
await COMMANDS[command]?.(store, argument);
