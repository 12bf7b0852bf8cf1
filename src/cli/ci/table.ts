import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { jenkins } from './jenkins.ts';
import type { CiSystem } from './system.ts';

/** The CI systems that are known. The first that is recognised is used. */
export const CI_SYSTEMS: readonly CiSystem[] = [github, gitlab, jenkins];
