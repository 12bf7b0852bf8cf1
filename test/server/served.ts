import type { Served, ServeOptions } from './served-world.ts';

export type { Served } from './served-world.ts';

/** A server on a world of files. Loaded by import(), as test/cli/world.ts is. */
export const openServed = async (options: ServeOptions = {}): Promise<Served> =>
  (await import('./served-world.ts')).serve(options);
