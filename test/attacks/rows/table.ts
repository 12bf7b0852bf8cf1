import type { Attack } from '../attack.ts';
import { HANDOVER } from './handover.ts';
import { LEFT_BEHIND } from './left-behind.ts';
import { PATHS } from './paths.ts';
import { PROCESSES } from './processes.ts';
import { PROOF } from './proof.ts';
import { REPOSITORY } from './repository.ts';
import { SECRETS } from './secrets.ts';
import { WALLS } from './walls.ts';
import { WORDS } from './words.ts';

/** All attacks. */
export const ATTACKS: readonly Attack[] = [
  ...PROCESSES,
  ...WALLS,
  ...LEFT_BEHIND,
  ...PROOF,
  ...SECRETS,
  ...HANDOVER,
  ...REPOSITORY,
  ...PATHS,
  ...WORDS,
];
