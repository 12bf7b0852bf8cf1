import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { BgtaskError } from '../../domain/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Door } from './door.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Bytes of a token that cannot be guessed. */
const TOKEN_BYTES = 32;

/** A door to the tasks of this machine, for callers with the one token that it made. */
export function localDoor(engine: Engine): Door & { token: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expected = digest(token);
  return {
    kind: 'local',
    token,
    enter(given) {
      if (timingSafeEqual(digest(given), expected)) return engine;
      throw new BgtaskError('Unauthorized', 'The token is not the one of this server.', {
        hint: 'Use the token in the link that it printed when it started.',
      });
    },
    close: () => undefined,
  };
}
