import { creating, reading } from './task-store-reads.ts';
import type { Context, StoreUnderTest } from './task-store-objects.ts';
import { watching } from './task-store-watch.ts';
import { changing, deleting } from './task-store-writes.ts';

/**
 * What src/engine/engine.ts promises of a TaskStore, as tests: each implementation passes them all. makeStore is called
 * before each test, for a store with the CRDs' schemas and an empty project.
 */
export function taskStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name} is a TaskStore`, () => {
    let current: StoreUnderTest | undefined;
    const used = (): StoreUnderTest => {
      if (!current) throw new Error('no store outside of a test');
      return current;
    };
    const context: Context = {
      get store() {
        return used().store;
      },
      get namespace() {
        return used().namespace;
      },
    };
    beforeEach(async () => {
      current = await makeStore();
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });

    describe('get and list', () => reading(context));
    describe('create', () => creating(context));
    describe('patch and patchStatus', () => changing(context));
    describe('delete', () => deleting(context));
    describe('watch', () => watching(context));
  });
}
