import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseArchive } from '../harness/base-image.ts';
import { buildImage, referenceTo } from '../harness/images.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The name of the image in pods. */
export const RUNNER_IMAGE = 'localhost/bgtask:test';

/** What runner/Containerfile copies. */
const CONTEXT = [
  'package.json',
  'kubectl-bgtask.json',
  'LICENSE',
  'bin',
  'crds',
  'templates',
  'dist',
  'runner/entrypoint',
];

/** The tests' base, with the certificates that this machine trusts besides the usual ones: npm in the build needs them behind a proxy. */
async function baseImage(): Promise<string> {
  const base = await baseArchive();
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  if (!certificates) return base;
  return buildImage({
    name: 'localhost/bgtask-test-trusting:1',
    containerfile: 'ARG BASE\nFROM ${BASE}\nCOPY ca.pem /etc/ca.pem\nENV NODE_EXTRA_CA_CERTS=/etc/ca.pem\n',
    files: { 'ca.pem': certificates },
    buildArgs: { BASE: referenceTo(base) },
  });
}

/**
 * The image of runner/Containerfile with this checkout's bundle, on the tests' own base: the path of its archive. `claudeCode` is a version of
 * the Claude Code CLI, from the npm registry; none by default.
 */
export async function runnerArchive(claudeCode = ''): Promise<string> {
  if (!existsSync(join(root, 'dist/main.js')))
    throw new Error('dist/ is missing: run npm ci, or npm run prepare');
  const base = claudeCode ? await baseImage() : await baseArchive();
  return buildImage({
    name: RUNNER_IMAGE,
    containerfile: readFileSync(join(root, 'runner/Containerfile'), 'utf8'),
    files: Object.fromEntries(CONTEXT.map((path) => [path, join(root, path)])),
    buildArgs: { BASE: referenceTo(base), CLAUDE_CODE_VERSION: claudeCode },
  });
}
