import type { World } from './world-on-files.ts';

export type { Outcome, TaskFields, World } from './world-on-files.ts';

/**
 * A command line on files in a folder of its own. Loaded by import(), as the program loads its verbs: mocha may load the tests by require(), and
 * then every class of errors would be there twice.
 */
export const openWorld = async (): Promise<World> => new (await import('./world-on-files.ts')).World();
