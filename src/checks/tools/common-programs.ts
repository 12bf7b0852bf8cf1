import type { DownloadRow } from '../ecosystems/ecosystem.ts';

/** Programs of no ecosystem that download what they need while they run. */
export const COMMON_DOWNLOADS: readonly DownloadRow[] = [
  ['pre-commit'],
  ['prek'],
  ['bazel'],
  ['bazelisk'],
  ['mise'],
  ['sbt'],
  ['mill'],
  ['lein'],
  ['clojure'],
  ['clj'],
];

/** Programs of no ecosystem that checks call, and a sentence that says how to install each. */
export const COMMON_PROGRAMS: Readonly<Record<string, string>> = {
  make: 'Install make with the system package manager (apt-get install make), or Xcode command line tools on macOS.',
  just: 'Install just from https://just.systems, e.g. with cargo install just.',
  task: 'Install Task from https://taskfile.dev/installation.',
  git: 'Install git from https://git-scm.com.',
  bash: 'Install bash with the system package manager.',
  'pre-commit': 'Install pre-commit with pipx install pre-commit.',
  prek: 'Install prek with uv tool install prek.',
  shellcheck: 'Install ShellCheck with the system package manager (apt-get install shellcheck).',
  shfmt: 'Install shfmt with go install mvdan.cc/sh/v3/cmd/shfmt@latest.',
  actionlint: 'Install actionlint with go install github.com/rhysd/actionlint/cmd/actionlint@latest.',
  hadolint: 'Install hadolint from https://github.com/hadolint/hadolint.',
  yamllint: 'Install yamllint with pipx install yamllint.',
  typos: 'Install typos with cargo install typos-cli.',
  taplo: 'Install taplo with cargo install taplo-cli.',
  bats: 'Install Bats with the system package manager (apt-get install bats).',
  buf: 'Install buf from https://buf.build/docs/installation.',
  terraform: 'Install Terraform from https://developer.hashicorp.com/terraform/install.',
  tofu: 'Install OpenTofu from https://opentofu.org/docs/intro/install.',
  tflint: 'Install tflint from https://github.com/terraform-linters/tflint.',
  mise: 'Install mise from https://mise.jdx.dev.',
  bazel: 'Install Bazelisk from https://github.com/bazelbuild/bazelisk and call it bazel.',
  perl: 'Install Perl with the system package manager.',
};
