import { NODE_RULES } from '../../tools/node.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { GIT_ADDRESS, NPM_REGISTRY } from '../registries.ts';

/** JavaScript and TypeScript for Node and Bun; `detect.ts` reads the scripts of package.json. */
export const node: Ecosystem = {
  name: 'node',
  manifests: ['package.json'],
  locks: [
    'package-lock.json',
    'npm-shrinkwrap.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'yarn.lock',
    '.yarnrc.yml',
    'bun.lock',
    'bun.lockb',
  ],
  downloads: [
    ['npx', / (-y|--yes) | \S+@\S/],
    ['npm', / exec .*(-y|--yes) /],
    ['pnpm', / dlx /],
    ['yarn', / dlx /],
    ['bunx'],
    ['bun', / x /],
  ],
  registries: {
    defaults: [NPM_REGISTRY, 'registry.yarnpkg.com', 'repo.yarnpkg.com'],
    named: [
      [
        ['package-lock.json', 'npm-shrinkwrap.json'],
        /"resolved": "(?:git\+)?(?:https?|ssh):\/\/(?:git@)?([^\s"/]{1,300})/g,
      ],
      [
        ['yarn.lock'],
        /^ {2}resolved "(https?:[^\s"]{1,500})/gm,
        /^ {2}resolution: "[^\s"]{1,300}?@(https?:[^\s"]{1,500})/gm,
      ],
      [['pnpm-lock.yaml'], /\btarball: (https?:[^\s,}]{1,500})/g, /\brepo: (https?:[^\s,}]{1,500})/g],
      [['bun.lock'], /"(https?:[^\s"]{1,500}?\.tgz)"/g],
      [['.npmrc', '.yarnrc'], /^[ \t]*(?:@[\w.-]{1,200}:)?registry[\s=]+"?(https?:[^\s"]{1,500})/gm],
      [['.yarnrc.yml'], /\bnpmRegistryServer:\s*["']?(https?:[^\s"']{1,500})/g],
      [['package.json'], GIT_ADDRESS, /": "(https?:[^\s"]{1,500}?\.(?:tgz|tar\.gz))"/g],
    ],
  },
  ignored:
    'node_modules bower_components .next .nuxt .svelte-kit .turbo .nx .parcel-cache .pnpm-store elm-stuff'.split(
      ' ',
    ),
  toolchain: {
    node: 'Install Node.js from https://nodejs.org.',
    npm: 'npm comes with Node.js: install Node.js from https://nodejs.org.',
    npx: 'npx comes with Node.js: install Node.js from https://nodejs.org.',
  },
  extras: {
    pnpm: 'Install pnpm with npm install --global pnpm.',
    yarn: 'Install Yarn with npm install --global yarn, or enable corepack.',
    bun: 'Install Bun with npm install --global bun.',
    bunx: 'bunx comes with Bun: npm install --global bun.',
  },
  rules: NODE_RULES,
  formatters: [
    [
      /\bprettier\b.* (--check|-c|--list-different|-l)(?= |$)/,
      (run) => run.replace(/ (--check|-c|--list-different|-l)(?= |$)/, ' --write'),
    ],
    [/\bbiome format\b(?!.* --write)/, (run) => `${run} --write`],
    [/\bdprint check\b/, (run) => run.replace('dprint check', 'dprint fmt')],
  ],
};
