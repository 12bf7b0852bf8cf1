import type { Detector } from './check.ts';
import { preCommit } from './common/pre-commit.ts';
import { targets, targetsAlone } from './common/targets.ts';
import type { Ecosystem } from './ecosystems/ecosystem.ts';
import { node } from './ecosystems/node/detect.ts';
import { php } from './ecosystems/php/detect.ts';
import { python } from './ecosystems/python/detect.ts';
import { checksOf } from './ecosystems/suggest.ts';
import { ecosystems } from './plugs.ts';

/** Detectors of ecosystems whose manifests name commands themselves, by the name of the record. */
const OWN: readonly Detector[] = [node, python, php];

/** The detectors of all ecosystems, in the order of their records. */
export const ecosystemDetectors = (): Detector[] => ecosystems().map(detectorOf);

function detectorOf(record: Ecosystem): Detector {
  const own = OWN.find(({ name }) => name === record.name);
  if (own) return own;
  return {
    name: record.name,
    detect: (files, ci) => {
      const suggestions = record.suggest?.(files, ci);
      return suggestions ? checksOf({ ecosystem: record.name, ...suggestions }, ci) : [];
    },
    notes: (files, ci) => [...(record.suggest?.(files, ci)?.notes ?? [])],
  };
}

/** What may judge a repository of any ecosystem, beside its own. */
export const COMMON: readonly Detector[] = [preCommit, targets];

/** Asked only when nothing above found a proof. */
export const LAST_RESORT: readonly Detector[] = [targetsAlone];
