import type { Engine } from '../../engine/engine.ts';

/** Lets callers in: each gets an engine that may do what the caller may do, and nothing besides. */
export interface Door {
  readonly kind: Engine['kind'];
  /** The engine of whoever the bearer token belongs to. Throws Unauthorized where the door itself knows that it is nobody's. */
  enter(token: string): Engine;
  close(): void;
}
