import type { RoomKind } from '../../domain/report.ts';
import type { RoomPort } from '../egress/room-network.ts';
import type { ProcessOptions } from '../process.ts';

/** A folder of the machine that programs in a room see as it is, and whose changes stay in the task. */
export interface Layer {
  /** The folder, and its path in the room. */
  path: string;
  /** Folders with the changes of earlier phases, the newest first. They are not written. */
  below: readonly string[];
  /** An empty folder that takes the changes of this phase, and one for the kernel's own use beside it. */
  upper: string;
  work: string;
}

/** What a program in a room sees besides the machine's own programs. */
export interface RoomView {
  /** Folders that it may write, at their own paths. */
  writable: readonly string[];
  /** Files and folders that it may read, at their own paths. What does not exist is left out. */
  readable: readonly string[];
  layers: readonly Layer[];
  /** The folder that is its folder for temporary files. */
  tmp: string;
  /** The sockets through which programs reach a proxy. All other network access is limited to the loopback of the room. */
  sockets?: { folder: string; ports: readonly RoomPort[] };
}

/** Starts untrusted programs so that they reach what a view names, and nothing else. */
export interface Room {
  kind: RoomKind;
  /** TMPDIR of programs in the room. */
  tmp: string;
  /** The process that runs the program of `options` in the room. */
  enter(options: ProcessOptions): ProcessOptions;
}

/** The rooms of a task. */
export interface Rooms {
  kind: RoomKind;
  /** True where a room has layers of its own; elsewhere programs write the folders themselves. */
  hasLayers: boolean;
  make(view: RoomView): Room;
}

/** Rooms that start programs directly: on a machine without a sandbox, and in a container, which is the sandbox. */
export const openSpaces = (kind: 'none' | 'container'): Rooms => ({
  kind,
  hasLayers: false,
  make: ({ tmp }) => ({ kind, tmp, enter: (options) => options }),
});
