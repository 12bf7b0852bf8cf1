import { isOptIn } from '../beyond-checkout.ts';
import type { CheckKind } from '../check.ts';
import type { Refusal } from '../tools/rule.ts';
import { MAX_LINE } from '../tools/table.ts';
import { installsBuild, type LineRole, type Role } from './line-role.ts';

/** Actions that start containers, clusters or emulators. */
const CONTAINER_ACTION =
  /^docker\/(setup|compose)-|\/(kind-action|compose-action|(setup|create)-(kind|minikube|k3s|k3d|kubernetes|qemu)(-\w+)*)@/i;
const CONTAINERS = /\b(docker|podman|nerdctl)([ -]compose)?\b.*\b(up|run|start)\b/;
/** Brings a browser for the tests after it. */
const BRINGS_BROWSER =
  /\b(playwright(-core)?|cypress) install\b|@?puppeteer(\/browsers| browsers) install\b|\bwebdriver-manager update\b/;
/** Runners whose own configuration says whether they need a browser. */
const OWN_BROWSER = new Set(['vitest', 'jest', 'mocha', 'ava', 'tap', 'node', 'bun', 'uvu', 'jasmine']);
/** Packages of the system, for all that comes after them. */
const SYSTEM_PACKAGES = /\b(apt|apt-get|dnf|yum|apk|pacman|brew|zypper)\b.* (install|add|-S\w*)\b/;
/** Variables that choose another set of dependencies than the one of the repository. */
const CHOOSES_DEPENDENCIES = /^(\w+_)?(LOCK_?FILE|GEMFILE)$/;

/** Puts a package that was packed into the dependencies. */
const ADDS_ARCHIVE = /^(yarn|npm|pnpm|bun)\b.* (add|install|i) .*\.t(ar\.)?gz\b/;
/** A packed package among the arguments. */
const ARCHIVE = /\s["']?[\w./*-]+\.(tgz|whl|nupkg|gem)["']?(?=\s|$)/;

/** A line of a job, as far as it decides what others need. */
interface Line {
  run: string;
  block: number;
  env: readonly (readonly [string, string])[];
}

/** A line with its folder, and with the text of the targets and scripts that it calls. */
interface Placed extends Line {
  dir: string;
  text: string;
}

/** What the steps of a job need that a run of them alone does not have. */
export class JobNeeds {
  /** The image that the job runs in, where it has programs of its own; tests are worth a try without it. */
  image: string | undefined;
  /** How many steps so far bring packages of the system. */
  packages = 0;
  /** What of other jobs the steps from here on use. */
  private needed: string | undefined;
  private containers: string | undefined;
  private browser: string | undefined;
  /** What puts a build where the machine's programs are. */
  private installed: string | undefined;
  /** Another machine that the toolchain of this job compiles for. */
  private target: string | undefined;
  /** A line of the current block whose effect is not known. */
  private odd: { block: number; run: string } | undefined;
  /** Folders that hold other repositories. */
  private readonly foreign: string[] = [];
  /** True when the packages of the repository are those that another job made. */
  private isOfArtifact = false;

  /** A folder that a step fills with another repository. */
  bring(folder: string | undefined): void {
    if (folder !== undefined && folder !== '') this.foreign.push(folder);
  }

  /** What the steps from here on need of another job. */
  need(what: string): void {
    this.needed ??= what;
  }

  /** An action that is not read: only what it starts matters. */
  pass(action: string): void {
    if (CONTAINER_ACTION.test(action)) this.containers ??= action.replace(/@.*$/, '');
    if (/\/setup-graalvm@/.test(action)) this.need('GraalVM');
  }

  /** Looks at a line for what those after it need. */
  follow(role: Role, whole: string): void {
    const run = whole.slice(0, MAX_LINE);
    this.target ??= /^rustup target add (?!x86_64-unknown-linux-gnu)([\w-]+)/.exec(run)?.[1];
    if (BRINGS_BROWSER.test(run)) this.browser ??= run;
    if (SYSTEM_PACKAGES.test(run)) this.packages += 1;
    if (this.needed !== undefined && ADDS_ARCHIVE.test(run)) this.isOfArtifact = true;
    if (role !== 'machine') return;
    if (installsBuild(run)) this.installed ??= run;
    if (CONTAINERS.test(run)) this.containers ??= run.split('\n')[0]?.slice(0, 80);
  }

  /** A line whose effect is not known: others of its block may need it. */
  followOdd({ run, block }: Pick<Line, 'run' | 'block'>): void {
    if (isOwnCall(run)) this.odd = { block, run };
  }

  /** What a line needs; it gives way to others of its kind that need nothing. */
  of({ run, block }: Line, kind: CheckKind | undefined): string | undefined {
    if (isOptIn(run)) return 'what these tests ask for: CI runs the others without this flag';
    if (this.odd?.block === block && kind !== undefined) return `${this.odd.run} before it`;
    if (this.image !== undefined && kind !== 'test') return `programs of the image ${this.image}`;
    // tox and nox build what they test by themselves.
    if (this.needed !== undefined && !/\b(tox|nox)\b/.test(run)) return this.needed;
    if (this.target !== undefined && isOwnCall(run)) return `the target ${this.target}`;
    return this.ofTests(kind);
  }

  private ofTests(kind: CheckKind | undefined): string | undefined {
    if ((kind === 'test' || kind === undefined) && this.installed !== undefined)
      return `what ${this.installed} puts on the machine`;
    if (this.containers === undefined || (kind !== 'test' && kind !== undefined)) return undefined;
    return `containers: CI starts them with ${this.containers}`;
  }

  /** Why a line cannot run in a plain checkout, by what stands before it in its job. */
  refusalOf({ kind, tools }: LineRole, { run, dir, env, text }: Placed): Refusal | undefined {
    if (this.foreign.some((folder) => `${dir}/`.startsWith(`${folder}/`) || text.includes(`${folder}/`)))
      return 'downloads programs or files';
    if (this.isOfArtifact || ARCHIVE.test(run)) return 'needs a package that CI builds before';
    if (env.some(([name]) => CHOOSES_DEPENDENCIES.test(name))) return 'takes other dependencies';
    // What the runner's configuration tells is asked where it is read.
    const isTold = kind !== 'test' || tools.some((tool) => OWN_BROWSER.has(tool));
    return this.browser === undefined || isTold ? undefined : 'needs a browser';
  }
}

/** A call of the repository's own targets and scripts. */
const isOwnCall = (run: string): boolean =>
  /^(make|gmake|just|task|(npm|pnpm|yarn|bun) run|\.\/|(ba)?sh )/.test(run);
