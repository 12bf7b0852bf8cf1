import { failedReport, formatReport, type Stage } from '../../../domain/report.ts';
import { PATH } from './layout.ts';

const NODE = `${PATH.tools}/node`;

/**
 * Runs a stage in an image of the task's own, with the runner that the clone stage put into a volume. Plain sh: nothing else is known to be
 * there. The reports come ready-made in variables, so nothing needs quoting.
 */
export const inOwnImage = (stage: Stage): string[] => [
  '/bin/sh',
  '-c',
  [
    'refuse() { printf "%s\\n" "$1"; printf "%s" "$2" >"$BGTASK_REPORT"; exit 1; }',
    `${NODE} --version >/dev/null || refuse "This image cannot run the runner." "$BGTASK_REPORT_NO_LIBC"`,
    'command -v git >/dev/null || refuse "git is not installed in this image." "$BGTASK_REPORT_NO_GIT"',
    `exec ${NODE} ${PATH.tools}/main.js runner ${stage}`,
  ].join('\n'),
];

const refusal = (stage: Stage, sentence: string): string =>
  formatReport(failedReport(stage, 0, 'InvalidTask', sentence));

/** The termination messages of an image that cannot do it. Node's own builds want glibc 2.28 and libstdc++ (nodejs BUILDING.md). */
export const imageReports = (stage: Stage, image: string): Record<string, string> => ({
  BGTASK_REPORT_NO_LIBC: refusal(
    stage,
    `The image ${image} cannot run the ${stage} stage: it needs glibc 2.28 or newer and libstdc++, as Debian 10, Ubuntu 20.04 and their successors have; Alpine has not. Name an image built on one of those.`,
  ),
  BGTASK_REPORT_NO_GIT: refusal(
    stage,
    `The image ${image} cannot run the ${stage} stage: git is not installed in it. Add git to the image, or choose another image.`,
  ),
});
