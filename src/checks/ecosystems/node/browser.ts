import type { RepoFiles } from '../../check.ts';

/** A script of the repository's own that drives a browser. */
const DRIVES_BROWSER = /\b(karma|puppeteer|playwright|selenium-webdriver|webdriverio|testcafe)\b/;
const VITEST_CONFIG = /^(vitest\.(config|workspace|projects)|vite\.config)\.([cm]?[jt]s|json)$/;
/** The same in the packages that a configuration of the root names. */
const ANY_VITEST_CONFIG = /(^|\/)(vitest\.(config|workspace)|vite\.config)\.[cm]?[jt]s$/;
/** `browser: { enabled: true }`, whatever stands between. */
const BROWSER_IS_ON = /\bbrowser\s*:\s*\{(?:[^{}]|\{[^{}]*\})*?\benabled\s*:\s*true\b/;
const JEST_CONFIG = /^(jest\.config\.([cm]?[jt]s|json)|package\.json)$/;
const JEST_BROWSER = /["']jest-(puppeteer|playwright(-preset)?)["']/;
const MAX_CONFIGS = 50;

/**
 * True for a script whose tests run in a browser: by the files that it runs with Node, or by the configuration of its runner.
 * A call that chooses a project of Vitest is believed to know what it does.
 */
export function drivesBrowser(text: string, tools: readonly string[], files: RepoFiles): boolean {
  if (tools.includes('vitest')) return vitestInBrowser(text, files);
  if (tools.includes('jest')) return anyOf(files, JEST_CONFIG, (config) => JEST_BROWSER.test(config));
  const called = text.matchAll(/\bnode (?:--?[\w-]+(?:=\S+)? )*(\.?[\w./-]+\.[cm]?[jt]s)\b/g);
  return [...called].some(([, path = '']) =>
    DRIVES_BROWSER.test(files.read(path.replace(/^\.\//, '')) ?? ''),
  );
}

function vitestInBrowser(text: string, files: RepoFiles): boolean {
  if (/\s--(no-browser|browser(\.enabled)?=false)\b/.test(text)) return false;
  if (/\s--browser(\b|\.enabled\b)/.test(text)) return true;
  const project = /\s--project[= ]["']?(\S+)/.exec(text)?.[1];
  if (project !== undefined) return /browser/i.test(project) && !project.startsWith('!');
  const named = /\s(?:--config|-c)[= ]["']?(?:\.\/)?([\w./-]+)/.exec(text)?.[1];
  if (named !== undefined) return BROWSER_IS_ON.test(files.read(named) ?? '');
  return (
    anyOf(files, VITEST_CONFIG, isOn) ||
    (anyOf(files, VITEST_CONFIG, namesPackages) && anyOf(files, ANY_VITEST_CONFIG, isOn))
  );
}

const isOn = (config: string): boolean => BROWSER_IS_ON.test(config);

/** True for a configuration that names the packages of a workspace: `projects: ['packages/*']`. */
function namesPackages(config: string): boolean {
  const at = config.search(/\b(projects|workspace)\b/);
  return at >= 0 && /['"][\w.-]+\/\*/.test(config.slice(at));
}

const anyOf = (files: RepoFiles, path: RegExp, holds: (text: string) => boolean): boolean =>
  files.paths
    .filter((name) => path.test(name))
    .slice(0, MAX_CONFIGS)
    .some((name) => holds(files.read(name) ?? ''));
