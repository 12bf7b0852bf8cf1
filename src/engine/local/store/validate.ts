import type { Kind, KindMap } from '../../../api/types.ts';
import { invalidMessage, validate } from '../../../api/validate.ts';
import { BgtaskError } from '../../../domain/errors.ts';

/**
 * What a store asks before it writes: the object as it is to be kept, with defaults and without what the schema does
 * not know. `old` is the stored object when it is a change. Throws Invalid, with the API server's words.
 */
export type Validate = <K extends Kind>(kind: K, object: KindMap[K], old?: KindMap[K]) => Promise<KindMap[K]>;

/** The CRDs' own schema and rules. */
export const validateBySchema: Validate = async <K extends Kind>(
  kind: K,
  object: KindMap[K],
  old?: KindMap[K],
) => {
  const checked = await validate(kind, object, old);
  if (checked.errors.length > 0)
    throw new BgtaskError('Invalid', invalidMessage(kind, object.metadata.name, checked.errors));
  return checked.object as unknown as KindMap[K];
};
