import { messageOf } from '../../../src/domain/errors.ts';
import { baseArchive } from './base-image.ts';
import { chooseSource } from './cluster-for-tests.ts';
import { ensurePackages } from './packages.ts';

/** Makes, once a machine, what the cluster's tests run on and what takes minutes, so that no test waits for it. */
async function prepare(): Promise<void> {
  const source = await chooseSource(process.env);
  if ('kubeconfig' in source || source.programs.pause === undefined) return;
  await ensurePackages();
  await baseArchive();
}

try {
  await prepare();
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = 1;
}
