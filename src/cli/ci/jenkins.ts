import { type CiSystem, plainAnnotation } from './system.ts';

/** Jenkins: its log has headings only. The plugin Warnings reads the annotations, as lines of a compiler. */
export const jenkins: CiSystem = {
  name: 'Jenkins',
  isHere: (env) => Boolean(env['JENKINS_URL']),
  open: ({ title }) => `=== ${title} ===`,
  close: () => '',
  annotation: plainAnnotation,
  limit: 50,
};
