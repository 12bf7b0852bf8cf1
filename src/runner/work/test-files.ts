import { parse } from 'smol-toml';
import type { RepoFiles } from '../../checks/check.ts';
import { parseJsonObject } from '../../checks/ecosystems/node/package.ts';

/** Files that hold tests, by the habits of the test runners. */
const TEST_FILE =
  /(^|\/)(tests?|specs?|__tests__|t|testing|testdata|fixtures?|e2e)\/|(^|[/._-])(test|tests|spec|specs)[._-]|[._-](test|tests|spec|specs)\.[^/]+$|_test\.[^/]+$|(^|\/)test_[^/]+$|(Test|Tests|Spec|IT|TestCase)\.(java|kt|kts|scala|groovy|cs|fs|php|swift)$|(^|\/)conftest\.py$/i;
/** Files that configure test runners. Manifests, which change with every dependency, are compared by their test sections. */
const TEST_CONFIG =
  /(^|\/)(\.mocharc[^/]*|(jest|vitest|vite|ava|karma|jasmine|playwright|cypress|babel)[^/]*\.(json|[cm]?[jt]s|ya?ml)|\.taprc|\.nycrc[^/]*|\.c8rc[^/]*|pytest\.ini|setup\.cfg|tox\.ini|noxfile\.py|\.coveragerc|\.rspec|Rakefile|phpunit\.xml[^/]*|CMakeLists\.txt|meson\.build|configure\.ac|Makefile\.am|(GNU)?[Mm]akefile|.*\.mk|\.?[Jj]ustfile|[Tt]askfile\.ya?ml|\.runsettings|\.bgtask\.yaml)$/;

/** True when a change touches tests or what configures them: then tests can be lost, and the base is run for comparison. */
export const concernsTests = (paths: readonly string[]): boolean =>
  paths.some((path) => TEST_FILE.test(path) || TEST_CONFIG.test(path));

/** Sections of package.json that decide which tests run and how. */
const NODE_SECTIONS = [
  'type',
  'scripts',
  'jest',
  'mocha',
  'ava',
  'tap',
  'vitest',
  'jasmine',
  'c8',
  'nyc',
  'babel',
  'workspaces',
];

/**
 * The test configuration in the root's manifests, as a text to compare: sections of package.json, and `tool` of pyproject.toml but for dependencies.
 * A new version of a dependency makes no other text.
 */
export function testSections(files: RepoFiles): string {
  const manifest = parseJsonObject(files.read('package.json')) ?? {};
  const python = parsed(files.read('pyproject.toml'));
  const { poetry: _poetry, uv: _uv, pdm: _pdm, hatch: _hatch, ...tool } = python;
  return JSON.stringify([NODE_SECTIONS.map((name) => manifest[name]), tool]);
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const { tool } = parse(text ?? '');
    return typeof tool === 'object' && !Array.isArray(tool) ? Object.fromEntries(Object.entries(tool)) : {};
  } catch {
    return { unreadable: text };
  }
}
