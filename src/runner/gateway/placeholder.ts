import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How keys of the known providers begin. Programs look at the beginning to tell kinds of keys apart. */
const BEGINNING = /^(?:sk-(?:ant-(?:[a-z]{3}\d{2}-)?|proj-|svcacct-|or-v1-)?|AIza|AQ\.)?/;

/** Random bytes of a placeholder: as many as a UUID twice over, so that it cannot be guessed. */
const BYTES = 32;

/** A random text in the shape of a key, which opens nothing but the gateway. */
export const placeholderFor = (key: string): string =>
  `${BEGINNING.exec(key)?.[0] ?? ''}${randomBytes(BYTES).toString('hex')}`;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** True for two equal texts; takes as long for any two of their lengths. */
export const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
