import { GROUP } from '../../../api/names.ts';
import { PLURAL, type Kind } from '../../../api/types.ts';
import { BgtaskError, messageOf, type ErrorCode } from '../../../domain/errors.ts';

/** The sentences are the API server's (apimachinery/pkg/api/errors), so that both engines answer alike. */
const subject = (kind: Kind, name: string): string => `${PLURAL[kind]}.${GROUP} ${JSON.stringify(name)}`;

export const notFound = (kind: Kind, name: string): BgtaskError =>
  new BgtaskError('NotFound', `${subject(kind, name)} not found`);

export const alreadyExists = (kind: Kind, name: string): BgtaskError =>
  new BgtaskError('AlreadyExists', `${subject(kind, name)} already exists`);

const conflict = (kind: Kind, name: string, why: string): BgtaskError =>
  new BgtaskError('Conflict', `Operation cannot be fulfilled on ${subject(kind, name)}: ${why}`);

export const modified = (kind: Kind, name: string): BgtaskError =>
  conflict(
    kind,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

export const otherUid = (kind: Kind, name: string, uids: { wanted: string; actual: string }): BgtaskError =>
  conflict(
    kind,
    name,
    `the UID in the precondition (${uids.wanted}) does not match the UID in record (${uids.actual}). ` +
      'The object might have been deleted and then recreated',
  );

export const invalidObject = (kind: Kind, name: string, why: string): BgtaskError =>
  new BgtaskError('Invalid', `${kind}.${GROUP} ${JSON.stringify(name)} is invalid: ${why}`);

export const tooLarge = (kind: Kind, name: string, sizes: { bytes: number; max: number }): BgtaskError =>
  new BgtaskError(
    'TooLarge',
    `${subject(kind, name)} is too large: ${sizes.bytes} bytes, at most ${sizes.max} are allowed`,
  );

export const unreadable = (kind: Kind, name: string, why: string): BgtaskError =>
  new BgtaskError('Unavailable', `${subject(kind, name)} cannot be changed: ${why}`, {
    hint: 'fix the file or move it away',
  });

const LOCAL_DISK = 'keep the state folder on a local disk';
const OWN_FOLDER = 'give this user the state folder, or choose another one';
/** What the usual failures of a file system mean to a person, by their errno. */
const CAUSES: Record<string, { code?: ErrorCode; says: string; hint: string }> = {
  ENOSPC: { says: 'no space is left on the disk', hint: 'free some space, then try again' },
  EDQUOT: { says: 'the disk quota is used up', hint: 'free some space, then try again' },
  EFBIG: { says: 'a file may not grow that large', hint: 'raise the file size limit (ulimit -f)' },
  EACCES: { code: 'Forbidden', says: 'permission denied', hint: OWN_FOLDER },
  EPERM: { says: 'the file system refuses it', hint: LOCAL_DISK },
  ENOTSUP: { says: 'the file system has no hard links', hint: LOCAL_DISK },
  EXDEV: { says: 'the state folder spans two file systems', hint: LOCAL_DISK },
  EROFS: { says: 'the file system is read-only', hint: 'choose a state folder that can be written' },
  ENOTDIR: { says: 'a file stands where a folder should be', hint: 'move that file away' },
  EEXIST: { says: 'a file stands where a folder should be', hint: 'move that file away' },
  EMFILE: { says: 'too many files are open', hint: 'raise the limit of open files (ulimit -n)' },
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && 'syscall' in error;

/** The errno of a failed system call, e.g. ENOENT; undefined for any other error. */
export const errnoOf = (error: unknown): string | undefined =>
  isSystemError(error) ? error.code : undefined;

/**
 * A failed system call as an error for people: Forbidden where a permission is missing, Unavailable else. Other errors
 * come back as they are.
 */
export function storeError(error: unknown, doing: string): unknown {
  if (!isSystemError(error)) return error;
  const cause = CAUSES[error.code ?? ''];
  const says = cause?.says ?? messageOf(error);
  const at = error.path && cause ? `: ${error.path}` : '';
  return new BgtaskError(cause?.code ?? 'Unavailable', `cannot ${doing}: ${says}${at}`, {
    hint: cause?.hint ?? 'look at the state folder',
    cause: error,
  });
}

/** What a failed call was about, for storeError. */
export const doing = (verb: 'read' | 'write' | 'delete', kind: Kind, name: string): string =>
  `${verb} ${subject(kind, name)}`;
