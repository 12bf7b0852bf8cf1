import { openSpaces, type Room } from '../../src/runner/room/room.ts';

/** A room that starts programs directly, as on a machine without a sandbox. */
export const NO_ROOM: Room = openSpaces('none').make({ tmp: '/tmp', writable: [], readable: [], layers: [] });
