import { pointerOf } from './lfs-server.ts';

export const OLD = 'an old picture\n';
export const NEW = 'a new picture\n';
/** A repository with one file in Git LFS, whose content is OLD. */
export const BASE = {
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  'old.bin': pointerOf(OLD),
  'a.txt': 'one\n',
};
