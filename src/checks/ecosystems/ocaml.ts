import { OCAML_RULES } from '../tools/more.ts';
import { CONFIGURED, type Ecosystem } from './ecosystem.ts';
import { GITHUB_HOSTS } from './registries.ts';

/** OCaml through dune, in the opam switch that is there. */
export const ocaml: Ecosystem = {
  name: 'ocaml',
  manifests: ['dune-project'],
  locks: ['*.opam', '*.opam.locked', 'dune-workspace'],
  ignored: ['_build', '_opam'],
  registries: { defaults: ['opam.ocaml.org', ...GITHUB_HOSTS] },
  toolchain: {
    dune: 'Install dune with opam install dune.',
    opam: 'Install opam from https://opam.ocaml.org.',
  },
  extras: { ocamlformat: 'Install ocamlformat with opam install ocamlformat.' },
  rules: OCAML_RULES,
  subcommands: ['dune'],
  formatters: [[/\bdune build\b.* @fmt$/, (run) => run.replace(/\bdune build\b.* @fmt$/, 'dune fmt')]],
  suggest: (files, ci) => {
    if (!files.has('dune-project')) return undefined;
    const prefix = ci.some(({ run }) => /^opam exec\b/.test(run)) ? 'opam exec -- ' : '';
    const hasTests = files.paths.some((path) => /(^|\/)tests?\/(.*\/)?dune$/.test(path));
    // `dune fmt` writes, and fails where it did: CI uses it as a check.
    const format = ci.find(({ run }) => /^(opam exec -- )?dune (fmt|format)$/.test(run));
    return {
      proofs: [
        ...(format
          ? [
              [
                'lint',
                'dune fmt',
                `${prefix}dune build @fmt`,
                `dune-project; ${format.source} runs it`,
              ] as const,
            ]
          : []),
        hasTests
          ? ['test', 'dune test', `${prefix}dune test`, 'dune-project']
          : ['typecheck', 'dune build', `${prefix}dune build`, 'dune-project', CONFIGURED],
      ],
    };
  },
};
