import { hasCode, messageOf } from '../../../domain/errors.ts';
import type { ClusterView } from '../../../engine/cluster-view.ts';
import type { Engine } from '../../../engine/engine.ts';
import { loadCrds } from '../../../engine/kubernetes/install/package-files.ts';
import type { Finding } from '../finding.ts';
import { kubectl } from './commands.ts';
import { cluster, user } from './connection.ts';
import { imageLook } from './image.ts';
import { kindLook } from './kinds.ts';
import { deploymentLook, leaseLook } from './operator.ts';
import { POLICY_LOOKS } from './policies.ts';
import { networkLook } from './network.ts';
import { podSecurityLook, projectLook } from './project.ts';
import { RIGHTS_LOOKS } from './rights.ts';
import { type ClusterQuestion, type Look, type Scene, sceneOf } from './scene.ts';
import { SECRET_LOOKS } from './secrets.ts';
import { projectSettingsLook, settingsLook } from './settings.ts';

/** What tasks on a cluster need, in the order of the report. */
const looks = (): Look[] => [
  ...loadCrds().map(kindLook),
  ...POLICY_LOOKS,
  leaseLook,
  deploymentLook,
  settingsLook,
  projectLook,
  podSecurityLook,
  networkLook,
  projectSettingsLook,
  ...RIGHTS_LOOKS,
  ...SECRET_LOOKS,
  imageLook,
];

/** What a look finds; one that is not allowed, or gets no answer, found nothing missing. */
async function examined(scene: Scene, { subject, look, byHand }: Look): Promise<Finding> {
  try {
    const { level, ...rest } = await look(scene);
    return { level, subject, ...rest };
  } catch (error) {
    return {
      level: 'warning',
      subject,
      message: `could not look: ${messageOf(error)}`,
      fix: hasCode(error, 'Forbidden') ? 'A user with more rights can' : 'Look again, or by hand',
      command: kubectl(scene, byHand(scene)),
    };
  }
}

/** What is there and what is missing for tasks of a project on a cluster. Nothing more is looked at where the cluster does not answer or does not know the caller. */
export async function clusterFindings(
  engine: Engine,
  view: ClusterView,
  question: ClusterQuestion,
): Promise<Finding[]> {
  const [where, { userId, ...who }] = await Promise.all([cluster(view), user(engine)]);
  if (who.level === 'problem') return where.level === 'problem' ? [where] : [where, who];
  const scene = await sceneOf(engine, view, { ...question, user: userId });
  return [where, who, ...(await Promise.all(looks().map((look) => examined(scene, look))))];
}
