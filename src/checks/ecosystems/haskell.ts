import type { RepoFiles } from '../check.ts';
import { HASKELL_RULES } from '../tools/more.ts';
import { CONFIGURED, type Ecosystem, type Suggestions } from './ecosystem.ts';

/** Haskell through Stack where the repository has its file, else through cabal. */
export const haskell: Ecosystem = {
  name: 'haskell',
  manifests: ['stack.yaml', 'cabal.project', '*.cabal'],
  locks: ['stack.yaml.lock', 'cabal.project.freeze', 'package.yaml'],
  ignored: ['dist-newstyle', '.stack-work'],
  registries: {
    defaults: [
      'hackage.haskell.org',
      'hackage-origin.haskell.org',
      'casa.stackage.org',
      'www.stackage.org',
      'raw.githubusercontent.com',
    ],
    named: [[['stack.yaml', 'cabal.project'], /(https:\/\/[^\s"']{1,500})/g]],
  },
  toolchain: {
    cabal: 'Install GHC and cabal with GHCup from https://www.haskell.org/ghcup.',
    stack: 'Install Stack from https://docs.haskellstack.org.',
  },
  extras: {
    hlint: 'Install HLint with cabal install hlint.',
    ormolu: 'Install Ormolu with cabal install ormolu.',
    fourmolu: 'Install Fourmolu with cabal install fourmolu.',
  },
  rules: HASKELL_RULES,
  subcommands: ['cabal', 'stack'],
  suggest,
};

function suggest(files: RepoFiles, ci: readonly { run: string }[]): Suggestions | undefined {
  const cabal = files.paths.find((path) => /^([^/]+\.cabal|cabal\.project)$/.test(path));
  const usesCabal = ci.some(({ run }) => /^cabal\b/.test(run));
  if (files.has('stack.yaml') && !(cabal !== undefined && usesCabal)) {
    return {
      install: { run: 'stack build --test --only-dependencies', evidence: 'stack.yaml' },
      proofs: [['test', 'stack test', 'stack test', 'stack.yaml']],
    };
  }
  if (cabal === undefined) return undefined;
  const hasTests = files.paths.some((path) => /^([^/]+\/)?[^/]+\.cabal$/.test(path) && /^test-suite\b/im.test(files.read(path) ?? '')); // prettier-ignore
  return {
    install: {
      run: 'cabal update && cabal build --only-dependencies --enable-tests all',
      evidence: cabal,
    },
    proofs: [
      hasTests
        ? ['test', 'cabal test', 'cabal test all', cabal]
        : ['typecheck', 'cabal build', 'cabal build all', cabal, CONFIGURED],
    ],
  };
}
