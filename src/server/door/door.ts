import type { Engine } from '../../engine/engine.ts';

/** Lets callers in: each gets an engine that may do what the caller may do, and nothing besides. */
export interface Door {
  readonly kind: Engine['kind'];
  /** The engine of the user whose bearer token it is. Throws Unauthorized where the door itself knows that the token is not valid. */
  enter(token: string): Engine;
  close(): void;
}
