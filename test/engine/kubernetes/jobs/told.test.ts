import assert from 'node:assert/strict';
import type { ListWatchEvent } from '../../../../src/engine/kubernetes/client/list-watch.ts';
import { told } from '../../../../src/engine/kubernetes/jobs/told.ts';

type Event = ListWatchEvent<string>;
const SYNCED: Event = { type: 'SYNCED' };
const added = (object: string): Event => ({ type: 'ADDED', object });

async function* eventsOf(events: readonly Event[], end?: Error): AsyncGenerator<Event> {
  yield* events;
  if (end) throw end;
}

describe('a list-watch that is applied', () => {
  it('is synced when everything there is has been told, and ends with its events', async () => {
    const all: string[] = [];
    const { synced, ended } = told(
      eventsOf([added('a'), SYNCED, { type: 'DELETED', object: 'a' }]),
      (object, gone) => all.push(`${object} ${gone}`),
    );
    await Promise.all([synced, ended]);
    assert.deepEqual(all, ['a false', 'a true']);
  });

  it('is never synced when the first list fails', async () => {
    const { synced, ended } = told(eventsOf([added('a')], new Error('forbidden')), () => undefined);
    await assert.rejects(synced, /forbidden/);
    await ended;
  });

  it('does not stop without an error when an event cannot be applied', async () => {
    const { synced, ended } = told(eventsOf([SYNCED, added('a')]), () => {
      throw new Error('no number');
    });
    await synced;
    await assert.rejects(ended, /no number/);
  });
});
