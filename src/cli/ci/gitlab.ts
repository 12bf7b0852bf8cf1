import { type CiSystem, plainAnnotation, type Section } from './system.ts';

/** Erases the line so far: the runner takes the marker for one only between a carriage return and this. */
const ERASE = '\u001b[0K';

const marker = (end: 'start' | 'end', { time, id }: Section, options = ''): string =>
  `${ERASE}section_${end}:${time}:${id}${options}\r${ERASE}`;

/** GitLab CI: collapsible sections. Its annotations are those of the JUnit report. */
export const gitlab: CiSystem = {
  name: 'GitLab CI',
  isHere: (env) => ['true', '1'].includes(env['GITLAB_CI'] ?? ''),
  open: (section) => `${marker('start', section, '[collapsed=true]')}${section.title}`,
  close: (section) => marker('end', section),
  annotation: plainAnnotation,
  limit: 50,
};
