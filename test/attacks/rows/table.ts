import type { Attack } from '../attack.ts';
import { HANDOVER } from './handover.ts';
import { LEFT_BEHIND } from './left-behind.ts';
import { PROCESSES } from './processes.ts';
import { PROOF } from './proof.ts';
import { SECRETS } from './secrets.ts';

/** All attacks. */
export const ATTACKS: readonly Attack[] = [...PROCESSES, ...LEFT_BEHIND, ...PROOF, ...SECRETS, ...HANDOVER];
