import { taskStoreContract } from '../../../contract/task-store.ts';
import { tasksByHandContract } from '../../../contract/tasks-by-hand.ts';
import type { FileStoreOptions } from '../../../../src/engine/local/store/file-store.ts';
import { NAMESPACE, openStore, removeFolder, stateFolder } from './support.ts';

const VARIANTS: Record<string, Partial<FileStoreOptions>> = {
  'the file store': {},
  'the file store with a cache that polls': { cache: true, notify: false, pollMs: 5 },
};

for (const [name, options] of Object.entries(VARIANTS)) {
  const makeStore = async () => {
    const root = await stateFolder();
    return { store: openStore(root, options), namespace: NAMESPACE, close: () => removeFolder(root) };
  };
  taskStoreContract(name, makeStore);
  tasksByHandContract(name, makeStore);
}
